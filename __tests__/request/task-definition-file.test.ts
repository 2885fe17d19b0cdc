import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspace } from '../deploy-context/workspace.ts';
import { askIn, definition, type Given, place, problemsIn, service, files as usual } from './asking.ts';

const other = { ...definition, family: 'rendered' };
const files = { ...usual, 'out/rendered.json': JSON.stringify(other) };

const ask = (inputs: Given, mine: Given = files, more: Given = {}) => askIn(mine, inputs, more);
const problems = (inputs: Given, mine: Given = files) => problemsIn(mine, inputs);

describe('the input task-definition', () => {
  it('is all that a rollout needs besides cluster and service', async () => {
    const { request, context } = await ask({ ...place, 'task-definition': '.aws/task-definition.json' });
    expect(request).toMatchObject({ command: 'rollout', place, revision: { kind: 'new', definition } });
    expect(request).toMatchObject({
      origins: { definition: { usual: { kind: 'file', file: '.aws/task-definition.json' } } },
    });
    expect(context.files).toEqual(['.aws/task-definition.json']);
  });

  it('can be edited, and its variables come from the environment', async () => {
    const text = files['.aws/task-definition.json'].replace('"256"', '"${CPU}"');
    const inputs = { ...place, 'task-definition': 'td.json', image: 'web=web:2' };
    const { request, secrets } = await ask(inputs, { 'td.json': text }, { CPU: '256' });
    expect(request).toMatchObject({
      revision: { definition: { cpu: '256', containerDefinitions: [{ image: 'web:2' }] } },
      origins: { definition: { at: { cpu: { kind: 'file', file: 'td.json', variables: ['${CPU}'] } } } },
    });
    expect(secrets).toEqual(['256']);
  });

  it.each(['rollout', 'up', 'run', 'rehearse'])(
    'takes the place of task-definition.json in the deploy context: %s',
    async (command) => {
      const inputs = { command, 'deploy-context': 'deploy', 'task-definition': 'out/rendered.json' };
      const { request, context } = await ask(inputs);
      expect(request).toMatchObject({ place, revision: { kind: 'new', definition: other } });
      expect(context.files).toEqual(['deploy/service.json', 'out/rendered.json']);
    },
  );

  it('does not need a task-definition.json in the deploy context', async () => {
    const { 'deploy/task-definition.json': _, ...rest } = files;
    const inputs = { 'deploy-context': 'deploy', 'task-definition': 'out/rendered.json' };
    expect((await ask(inputs, rest)).request).toMatchObject({ revision: { definition: other } });
  });

  it('is all that a one-off task needs besides a cluster', async () => {
    const inputs = { command: 'run', cluster: 'production', 'task-definition': 'out/rendered.json' };
    expect((await ask(inputs)).request).toMatchObject({
      command: 'run',
      place: { service: '' },
      revision: { kind: 'new', definition: other },
    });
  });

  it('is what base-revision: file edits', async () => {
    const inputs = { ...place, 'task-definition': 'out/rendered.json', 'base-revision': 'file', 'image-tag': '2' };
    expect((await ask(inputs)).request).toMatchObject({
      revision: { kind: 'new', definition: { family: 'rendered' } },
    });
  });

  it('can be outside of the workspace, where a render step writes it', async () => {
    const temp = await workspace({ 'task-definition-x.json': JSON.stringify(other) });
    const inputs = { ...place, 'task-definition': join(temp, 'task-definition-x.json') };
    expect((await ask(inputs)).request).toMatchObject({ revision: { definition: other } });
  });

  it('names the region with its images where nothing else does', async () => {
    const image = '123456789012.dkr.ecr.eu-west-3.amazonaws.com/web:1';
    const text = JSON.stringify({ ...definition, containerDefinitions: [{ name: 'web', image }] });
    const inputs = { ...place, 'task-definition': 'td.json' };
    const { request } = await ask(inputs, { 'td.json': text }, { AWS_REGION: '' });
    expect(request.place.region).toBe('eu-west-3');
  });

  it.each([
    ['nowhere/td.json', /^task-definition: no file nowhere\/td\.json found \(there is no directory nowhere/],
    ['.aws/taskdefinition.json', /no file .* \(looked in .*\); did you mean \.aws\/task-definition\.json\?$/],
    ['out/task-definition.json', /did you mean out\/rendered\.json\?$/],
    ['.aws', /^\.aws: is a directory, not a file; set the path of the file in it, or use `deploy-context`$/],
    ['web:7', /^task-definition: `web:7` is a revision, not a file; use the input `task-definition-arn` for it$/],
    ['file://out/rendered.json', /is a URL; write out\/rendered\.json$/],
    ['{"family": "web"}', /is JSON; write it to a file, and set the path of that file here$/],
  ])('says what is wrong with %s', async (path, what) => {
    expect(await problems({ ...place, 'task-definition': path })).toEqual([expect.stringMatching(what)]);
  });

  it('says that the workspace is empty', async () => {
    const said = await problems({ ...place, 'task-definition': 'td.json' }, {});
    expect(said).toEqual([expect.stringMatching(/the workspace is empty; add a step with actions\/checkout/)]);
  });

  it('is named in every problem of the file, with line and column', async () => {
    const wrong = { 'td/web.json': '{\n  "famly": "web",\n  "containerDefinitions": [{ "name": "web" }]\n}' };
    const said = await problems({ ...place, 'task-definition': 'td/web.json' }, wrong);
    expect(said).toContainEqual('td/web.json:2:3 famly: is not known; did you mean family?');
    expect(said.every((line) => line.startsWith('td/web.json:'))).toBe(true);
  });

  it('is named where service.json does not fit it', async () => {
    const bridge = { ...definition, networkMode: 'bridge', requiresCompatibilities: ['EC2'] };
    const mine = {
      'deploy/service.json': JSON.stringify({ ...service, launchType: 'EC2', platformVersion: undefined, cpu: '256' }),
      'td.json': JSON.stringify(bridge),
    };
    const said = (await problems({ 'deploy-context': 'deploy', 'task-definition': 'td.json' }, mine)).join('\n');
    expect(said).toContain('is supported in network mode awsvpc only, but td.json has bridge');
    expect(said).toContain('cpu: is not known here; move it to td.json');
    expect(said).not.toContain('task-definition.json');
  });

  it.each([
    [
      { 'task-definition-arn': 'web:7' },
      'task-definition: cannot be combined with task-definition-arn, which is used unchanged; remove one of them',
    ],
    [{ 'base-revision': 'latest' }, 'task-definition: is not used with `base-revision: latest`: remove one of the two'],
    [{ command: 'sweep' }, 'task-definition: is not supported by command sweep'],
  ])('is refused together with %j', async (more, what) => {
    const inputs = { ...place, 'task-definition': 'out/rendered.json', ...(more as Given) };
    expect(await problems(inputs)).toEqual([expect.stringContaining(what)]);
  });

  it('without a service is told of command: register', async () => {
    const inputs = { cluster: 'production', 'task-definition': '.aws/task-definition.json' };
    expect(await problems(inputs)).toEqual([
      expect.stringMatching(/service is missing; to register the task definition .* use `command: register`$/),
    ]);
  });

  it('is proposed where the deploy context has a file of another name', async () => {
    const mine = { 'deploy/service.json': JSON.stringify(service), 'deploy/taskdef.json': JSON.stringify(definition) };
    expect(await problems({ 'deploy-context': 'deploy' }, mine)).toEqual([
      expect.stringMatching(
        /^deploy-context: no 'task-definition\.json' in deploy; .*rename it to task-definition\.json, or set `task-definition: deploy\/taskdef\.json`$/,
      ),
    ]);
  });
});
