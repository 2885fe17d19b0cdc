import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Edits } from '../../src/model/edits.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { editDefinition, nothingChanged } from '../../src/task-definition/edit.ts';
import { read } from '../deploy-context/workspace.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ecr = '121212345678.dkr.ecr.us-east-1.amazonaws.com/acct/repo';
const short = '@sha256:1234567890abcdef';

/** `app:1`, or `web=app:1`. */
const images = (...lines: readonly string[]): Edits['images'] =>
  lines.map((line) => {
    const [container = '', image] = line.split('=');
    return image === undefined ? { image: container } : { container, image };
  });
const byTag = (value: string): Edits['tag'] => ({ from: 'image-tag', value });

function edits(
  some: Partial<{ images: Edits['images']; tag: Edits['tag']; environment: Edits['environment'] }>,
): Edits {
  const { tag, ...rest } = some;
  return { images: [], environment: [], ...rest, ...(tag === undefined ? {} : { tag }) };
}

/** A definition of containers by their images. */
const task = (containers: Readonly<Record<string, string>>): RegisterTaskDefinitionRequest => ({
  family: 'app-task-def',
  memory: '512',
  containerDefinitions: Object.entries(containers).map(([name, image]) => ({ name, image, essential: true })),
  volumes: [],
});

const imagesOf = ({ containerDefinitions }: RegisterTaskDefinitionRequest) =>
  Object.fromEntries((containerDefinitions ?? []).map(({ name, image }) => [name, image]));

/** The images by container afterwards, or what the user reads. */
function edited(containers: Readonly<Record<string, string>>, some: Parameters<typeof edits>[0]) {
  const { definition, problems } = editDefinition(task(containers), edits(some));
  return problems.length > 0 ? problems.map(formatProblem).join('\n') : imagesOf(definition);
}

describe('the image cases of ecs-deploy', () => {
  it.each([
    ['mariadb', undefined, 'mariadb:latest'],
    ['mariadb:1.2.3', undefined, 'mariadb:1.2.3'],
    [`mariadb${short}`, undefined, `mariadb${short}`],
    ['something:tag_123', undefined, 'something:tag_123'],
    ['repo/image', undefined, 'repo/image:latest'],
    ['repo/image:v1.2.3', undefined, 'repo/image:v1.2.3'],
    [`repo/image${short}`, undefined, `repo/image${short}`],
    ['repo/multi/level/image', undefined, 'repo/multi/level/image:latest'],
    ['repo/multi/level/image:v1.2.3', undefined, 'repo/multi/level/image:v1.2.3'],
    [`repo/multi/level/image${short}`, undefined, `repo/multi/level/image${short}`],
    ['docker.domain.com/repo/image', undefined, 'docker.domain.com/repo/image:latest'],
    ['docker.domain.com/repo/image:1.2.3', undefined, 'docker.domain.com/repo/image:1.2.3'],
    [`docker.domain.com/repo/image${short}`, undefined, `docker.domain.com/repo/image${short}`],
    ['docker.domain.com/repo/multi/level/image', undefined, 'docker.domain.com/repo/multi/level/image:latest'],
    ['docker.domain.com/repo/multi/level/image:1.2.3', undefined, 'docker.domain.com/repo/multi/level/image:1.2.3'],
    [`docker.domain.com/repo/multi/level/image${short}`, undefined, `docker.domain.com/repo/multi/level/image${short}`],
    ['docker.domain.com:8080/repo/image', undefined, 'docker.domain.com:8080/repo/image:latest'],
    ['docker.domain.com:8080/repo/image:1.2.3', undefined, 'docker.domain.com:8080/repo/image:1.2.3'],
    [`docker.domain.com:8080/repo/image${short}`, undefined, `docker.domain.com:8080/repo/image${short}`],
    ['docker.domain.com:8080/a/b/c/image', undefined, 'docker.domain.com:8080/a/b/c/image:latest'],
    ['docker.domain.com:8080/a/b/c/image:1.2.3', undefined, 'docker.domain.com:8080/a/b/c/image:1.2.3'],
    [`docker.domain.com:8080/a/b/c/image${short}`, undefined, `docker.domain.com:8080/a/b/c/image${short}`],
    ['docker.domain.com:8080/repo/image', '1487623908', 'docker.domain.com:8080/repo/image:1487623908'],
    ['docker.domain.com:8080/a/b/c/image', '1487623908', 'docker.domain.com:8080/a/b/c/image:1487623908'],
    [ecr, undefined, `${ecr}:latest`],
    [ecr, '1487623908', `${ecr}:1487623908`],
    [`docker.domain.com:8080/repo/image${short}`, '1487623908', 'docker.domain.com:8080/repo/image:1487623908'],
  ])('%s with the tag %s becomes %s', (image, tag, expected) => {
    const some = tag === undefined ? {} : { tag: { from: 'image-tag-env', value: tag } as const };
    expect(edited({ API: 'before:1' }, { images: images(`API=${image}`), ...some })).toEqual({ API: expected });
  });

  it.each(['', '/something', 'domain.com:abc/repo/image', '_something:tag123'])('%j is refused', (image) => {
    expect(edited({ API: 'before:1' }, { images: [{ image }] })).toMatch(
      /^image: `.*` (is|does not|has an invalid repository)/,
    );
  });

  it('accepts a tag alone, for which ecs-deploy needs a dummy image', () => {
    expect(edited({ API: 'app:1' }, { tag: byTag('newtag') })).toEqual({ API: 'app:newtag' });
  });
});

describe('the task definition cases of ecs-deploy', () => {
  const api: ContainerDefinition = {
    environment: [{ name: 'KEY', value: 'value * ' }],
    name: 'API',
    links: [],
    mountPoints: [],
    image: `${ecr}:1487623908`,
    essential: true,
    portMappings: [{ protocol: 'tcp', containerPort: 80, hostPort: 80 }],
    entryPoint: [],
    memory: 128,
    command: ['/data/run.sh'],
    cpu: 200,
    volumesFrom: [],
  };
  const described = (more: object, ...others: readonly ContainerDefinition[]) => ({
    taskDefinition: {
      status: 'INACTIVE',
      networkMode: 'bridge',
      family: 'app-task-def',
      requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.ecr-auth' }],
      volumes: [],
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:121212345678:task-definition/app-task-def:123',
      containerDefinitions: [api, ...others],
      revision: 123,
      ...more,
    },
  });
  const registered = (more: object, ...containers: readonly ContainerDefinition[]) => ({
    networkMode: 'bridge',
    family: 'app-task-def',
    volumes: [],
    containerDefinitions: containers,
    ...more,
  });
  async function deploy(file: unknown, some: Parameters<typeof edits>[0]) {
    const { context, said } = await read({ task: file });
    expect(said).toEqual([]);
    const { taskDefinition = { family: '', containerDefinitions: [] } } = context;
    const { definition, problems } = editDefinition(taskDefinition, edits(some));
    expect(problems).toEqual([]);
    return definition;
  }
  const cache: ContainerDefinition = { name: 'cache', image: 'redis:latest', memory: 64 };
  const fargate = {
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::121212345678:role/execution',
  };

  it('one container', async () => {
    const wanted = registered({}, { ...api, image: `${ecr}:1111111111` });
    expect(await deploy(described({}), { images: images(`${ecr}:1111111111`) })).toEqual(wanted);
  });

  it('Fargate', async () => {
    const file = described({ ...fargate, compatibilities: ['EC2', 'FARGATE'] });
    const wanted = registered(fargate, { ...api, image: `${ecr}:1111111111` });
    expect(await deploy(file, { images: images(`${ecr}:1111111111`) })).toEqual(wanted);
  });

  it('two repositories with a common name prefix', async () => {
    const two = { ...cache, image: `${ecr}-two:1487623908` };
    const wanted = registered({}, { ...api, image: `${ecr}:1111111111` }, two);
    expect(await deploy(described({}, two), { images: images(`${ecr}:1111111111`) })).toEqual(wanted);
  });

  it('another repository, which needs the container name here', async () => {
    const image = '111222333444.dkr.ecr.eu-west-1.amazonaws.com/acct/repo:1111111111';
    const edited = await deploy(described({}, cache), { images: images(`API=${image}`) });
    expect(edited).toEqual(registered({}, { ...api, image }, cache));
  });

  it('a tag alone, which is refused if it would also change a sidecar', async () => {
    const { context } = await read({ task: described({}, cache) });
    const { problems } = editDefinition(
      context.taskDefinition ?? { family: '', containerDefinitions: [] },
      edits({ tag: byTag('newtag') }),
    );
    expect(problems).toEqual([
      {
        where: 'image-tag',
        what: `would change images of several repositories: API = ${ecr}:1487623908, cache = redis:latest; select the image with the input \`image\` instead, such as \`image: ${ecr}:newtag\``,
      },
    ]);
  });

  it('a proxy', async () => {
    const proxy = { proxyConfiguration: { containerName: 'API' } };
    const wanted = registered(proxy, { ...api, image: `${ecr}:1111111111` });
    expect(await deploy(described(proxy), { images: images(`${ecr}:1111111111`) })).toEqual(wanted);
  });

  it('keeps what ecs-deploy drops (E13 and 1.4): pidMode, sizes without Fargate, tags; ignores a label named image', async () => {
    const more = { pidMode: 'task', ipcMode: 'none', cpu: '256', memory: '512', enableFaultInjection: false };
    const labelled = { ...cache, dockerLabels: { image: `${ecr}:1487623908` }, image: `${ecr}:1487623908` };
    const tags = [{ key: 'team', value: '' }];
    const text = JSON.stringify({ ...described(more, labelled), tags });
    expect(text.indexOf('\n')).toBe(-1);
    const image = `${ecr}:1111111111`;
    const wanted = registered({ ...more, tags }, { ...api, image }, { ...labelled, image });
    expect(await deploy(text, { images: images(image) })).toEqual(wanted);
  });
});

describe('an image', () => {
  it('is replaced in every container of its repository, and in no other', () => {
    const containers = { web: 'team/app:1', worker: 'team/app@sha256:00', log: 'fluent-bit:3', old: 'my-team/app:1' };
    expect(edited(containers, { images: images('team/app:2') })).toEqual({
      ...containers,
      web: 'team/app:2',
      worker: 'team/app:2',
    });
  });

  it('is set in the named container, whatever its repository', () => {
    expect(edited({ web: 'app:1', worker: 'app:1' }, { images: images('worker=other/app:2') })).toEqual({
      web: 'app:1',
      worker: 'other/app:2',
    });
  });

  it('may be given several times, once per container', () => {
    const some = images('web=registry:5000/app:2', 'fluent-bit:4');
    expect(edited({ web: 'app:1', log: 'fluent-bit:3' }, { images: some })).toEqual({
      web: 'registry:5000/app:2',
      log: 'fluent-bit:4',
    });
  });

  it('with a digest replaces one with a tag (E1), and the other way round (E2)', () => {
    expect(edited({ web: 'repo/app:1' }, { images: images(`repo/app@${digest}`) })).toEqual({
      web: `repo/app@${digest}`,
    });
    expect(edited({ web: `repo/app@${digest}` }, { images: images('repo/app:2') })).toEqual({ web: 'repo/app:2' });
    expect(edited({ web: `repo/app:1@${digest}` }, { images: images('repo/app:2') })).toEqual({ web: 'repo/app:2' });
  });

  it('with tag and digest is used unchanged', () => {
    const image = `repo/app:2@${digest}`;
    expect(edited({ web: 'repo/app:1' }, { images: images(image) })).toEqual({ web: image });
    expect(edited({ web: 'repo/app:1' }, { images: images(image), tag: byTag('2') })).toEqual({ web: image });
  });

  it('replaces one without a tag (E2)', () => {
    expect(edited({ web: 'repo/app' }, { images: images('repo/app:2') })).toEqual({ web: 'repo/app:2' });
  });

  it('of an unknown repository is refused with the existing images (E3)', () => {
    expect(edited({ web: 'team/app:1', log: 'fluent-bit:3' }, { images: images('team/ap:2') })).toBe(
      "image: no container has an image of `team/ap`; to change the repository of a container's image, name the container: `web=team/ap:2` (images: web = team/app:1, log = fluent-bit:3)",
    );
  });

  it.each([
    ['nginx:1.25', 'org/my-nginx:5'],
    ['team/app:2', 'registry.example.com:5000/team/app:1'],
    ['app:2', 'localhost/app:1'],
  ])('%s is no %s (E4)', (image, there) => {
    expect(edited({ web: there }, { images: images(image) })).toContain('no container has an image of');
  });

  it('of Docker Hub matches all its names', () => {
    const containers = { a: 'nginx:1', b: 'docker.io/library/nginx:1', c: 'index.docker.io/library/nginx@sha256:00' };
    const image = 'docker.io/nginx:2';
    expect(edited(containers, { images: images(image) })).toEqual({ a: image, b: image, c: image });
  });

  it('for an unknown container is refused with a suggestion', () => {
    expect(edited({ web: 'app:1', log: 'fluent-bit:3' }, { images: images('wbe=app:2') })).toBe(
      'image: there is no container `wbe`; did you mean `web=app:2`? (images: web = app:1, log = fluent-bit:3)',
    );
    expect(edited({ web: 'app:1' }, { images: images('Database=app:2') })).toBe(
      'image: there is no container `Database` (images: web = app:1)',
    );
  });

  it('cannot be two for one container', () => {
    const both = images('app:2', 'web=app:3');
    expect(edited({ web: 'app:1', worker: 'app:1' }, { images: both })).toBe(
      'image: container web cannot have both `app:2` and `app:3`; set one image per container with container=image',
    );
    expect(edited({ web: 'app:1' }, { images: images('app:2', 'web=docker.io/library/app:2') })).toEqual({
      web: 'app:2',
    });
  });

  it('without a tag gets the one of image-tag, and latest without that', () => {
    const some = images('app', 'log=registry:5000/log');
    expect(edited({ web: 'app:1', log: 'log:1' }, { images: some, tag: byTag('2') })).toEqual({
      web: 'app:2',
      log: 'registry:5000/log:2',
    });
    expect(edited({ web: `app:1@${digest}` }, { images: images('app') })).toEqual({ web: 'app:latest' });
  });

  it('with a digest gets the tag of image-tag instead', () => {
    expect(edited({ web: 'app:1' }, { images: images(`app@${digest}`), tag: byTag('2') })).toEqual({ web: 'app:2' });
  });

  it('with a tag contradicts another image-tag, without showing values of the environment', () => {
    expect(edited({ web: 'app:1' }, { images: images('app:2'), tag: byTag('3') })).toBe(
      'image: `app:2` has a tag, but `image-tag` is 3; set only one tag',
    );
    expect(edited({ web: 'app:1' }, { images: images('app:2'), tag: byTag('2') })).toEqual({ web: 'app:2' });
    expect(edited({ web: 'app:1' }, { images: images('app:2'), tag: { from: 'image-tag-env', value: 'h1dden' } })).toBe(
      'image: `app:2` has a tag, but the variable of `image-tag-env` contains another one; set only one tag',
    );
  });
});

describe('a tag alone', () => {
  it('is set after the port of a registry (E5)', () => {
    expect(edited({ web: 'registry:5000/app', worker: 'registry:5000/app:1' }, { tag: byTag('newtag') })).toEqual({
      web: 'registry:5000/app:newtag',
      worker: 'registry:5000/app:newtag',
    });
    expect(edited({ log: 'localhost/log' }, { tag: byTag('newtag') })).toEqual({ log: 'localhost/log:newtag' });
  });

  it('does not change a sidecar: `image` selects the image', () => {
    const own = '123456789012.dkr.ecr.us-west-2.amazonaws.com/web';
    const otel = 'public.ecr.aws/aws-observability/aws-otel-collector';
    const several = /^image-tag: would change images of several repositories: .*such as `image: 1234.*\/web:2`$/;
    expect(edited({ web: `${own}:1`, otel: `${otel}:v0.43.3` }, { tag: byTag('2') })).toMatch(several);
    expect(edited({ otel: `${otel}:v0.43.3`, web: `${own}:1` }, { tag: byTag('2') })).toMatch(several);
    // The own image is there already.
    expect(edited({ web: `${own}:2`, otel: `${otel}:v0.43.3` }, { tag: byTag('2') })).toMatch(several);
    expect(edited({ web: `${own}@${digest}`, otel: `${otel}:v0.43.3` }, { tag: byTag('2') })).toMatch(
      /^image-tag: would change a public image only: otel = public.*such as `image: 1234.*\/web:2`$/,
    );
    expect(edited({ web: `${own}:1`, otel: `${otel}@${digest}` }, { tag: byTag('2') })).toEqual({
      web: `${own}:2`,
      otel: `${otel}@${digest}`,
    });
    expect(edited({ web: 'nginx:1' }, { tag: byTag('2') })).toEqual({ web: 'nginx:2' });
  });

  it('keeps images pinned by a digest, with a remark (E5)', () => {
    const before = { web: 'app:1', log: `fluent-bit@${digest}`, proxy: `envoy:1@${digest}` };
    const { definition, left } = editDefinition(task(before), edits({ tag: byTag('2') }));
    expect(imagesOf(definition)).toEqual({ ...before, web: 'app:2' });
    expect(left).toEqual([`log = fluent-bit@${digest}`, `proxy = envoy:1@${digest}`]);
  });

  it('is refused if all images are pinned', () => {
    expect(edited({ web: 'registry:5000/app@sha256:00' }, { tag: { from: 'image-tag-env', value: '2' } })).toBe(
      'image-tag-env: changes nothing, because every image is pinned by a digest; name the image that gets the tag in the input `image`, as in `web=registry:5000/app` (images: web = registry:5000/app@sha256:00)',
    );
  });

  it('is refused for an invalid image', () => {
    expect(edited({ web: 'app:1', log: 'Log:1' }, { tag: byTag('2') })).toBe(
      "image-tag: cannot be the tag of container log's image: `Log:1` has uppercase letters in its repository; use lowercase only; the input `image` can set it (`log=…`)",
    );
  });

  it('has up to 128 characters, and is not shown if it comes from the environment', () => {
    expect(edited({ web: 'app:1' }, { tag: byTag('A'.repeat(128)) })).toEqual({ web: `app:${'A'.repeat(128)}` });
    const told = edited({ web: 'app:1' }, { tag: { from: 'image-tag-env', value: 'x'.repeat(129) } });
    expect(told).toMatch(/^image-tag-env: its value is not a valid tag/);
    expect(told).not.toContain('xxx');
  });
});

describe('variables', () => {
  const definition = (): RegisterTaskDefinitionRequest => ({
    family: 'web',
    containerDefinitions: [
      {
        name: 'web',
        environment: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'PORT', value: '8080' },
        ],
        image: 'web:1',
        secrets: [{ name: 'DB_PASSWORD', valueFrom: 'arn' }],
      },
      { name: 'log', image: 'log:1' },
    ],
  });
  type Variable = Edits['environment'][number];
  const set = (...environment: readonly Variable[]) => {
    const { definition: edited, problems } = editDefinition(definition(), edits({ environment }));
    if (problems.length > 0) return problems.map(formatProblem);
    return edited.containerDefinitions?.map(({ environment = [] }) =>
      environment.map(({ name, value }) => `${name}=${value}`),
    );
  };

  it('for one container replace old ones, and new ones are appended', () => {
    expect(
      set({ container: 'web', name: 'LOG_LEVEL', value: 'debug' }, { container: 'web', name: 'A', value: '' }),
    ).toEqual([['LOG_LEVEL=debug', 'PORT=8080', 'A='], []]);
  });

  it('without a container apply to all, with lower precedence', () => {
    const one = { container: 'log', name: 'PORT', value: '1' };
    const all = { name: 'PORT', value: '2' };
    const wanted = [['LOG_LEVEL=info', 'PORT=2'], ['PORT=1']];
    expect(set(one, all)).toEqual(wanted);
    expect(set(all, one)).toEqual(wanted);
  });

  it('that are duplicated are both replaced', () => {
    const twice = task({ web: 'web:1' });
    const environment = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    const before = { ...twice, containerDefinitions: [{ ...twice.containerDefinitions?.[0], environment }] };
    const { definition } = editDefinition(before, edits({ environment: [{ name: 'A', value: '3' }] }));
    expect(definition.containerDefinitions?.[0]?.environment).toEqual([
      { name: 'A', value: '3' },
      { name: 'A', value: '3' },
    ]);
  });

  it('with a dot in their name need a container prefix, and their value is never shown', () => {
    expect(set({ container: 'spring', name: 'profiles.active', value: 'h1dden' })).toEqual([
      'environment-variables: `spring.profiles.active` is for container `spring`, which does not exist; if the dot is part of the variable name, prefix it with the container: `web.spring.profiles.active=…` (containers: web, log)',
    ]);
    expect(set({ container: 'web', name: 'spring.profiles.active', value: 'x' })).toEqual([
      ['LOG_LEVEL=info', 'PORT=8080', 'spring.profiles.active=x'],
      [],
    ]);
    expect(set({ container: 'wbe', name: 'A', value: 'h1dden' })).toEqual([
      'environment-variables: `wbe.A` is for container `wbe`, which does not exist; did you mean `web.A`? if the dot is part of the variable name, prefix it with the container: `web.wbe.A=…` (containers: web, log)',
    ]);
  });

  it('cannot have the name of a secret of the same container', () => {
    const [told, ...more] = set({ name: 'DB_PASSWORD', value: 'h1dden' }) ?? [];
    expect(more).toEqual([]);
    expect(told).toBe(
      'environment-variables: `DB_PASSWORD` is a secret of container web, and a container cannot have both; remove it here or from `secrets`, or set it with `container.DB_PASSWORD=…` for other containers only',
    );
    expect(set({ container: 'log', name: 'DB_PASSWORD', value: 'x' })).toEqual([
      ['LOG_LEVEL=info', 'PORT=8080'],
      ['DB_PASSWORD=x'],
    ]);
  });
});

describe('all edits', () => {
  it('keep everything else, the order of keys and the input unchanged', () => {
    const before = {
      tags: [{ key: 'team', value: '' }],
      containerDefinitions: [
        {
          image: 'web:1',
          command: ['', 'x'],
          name: 'web',
          dockerLabels: { image: 'web:1' },
          environment: [],
          links: [],
        },
      ],
      cpu: '',
      family: 'web',
      volumes: [],
    };
    const copy = structuredClone(before);
    const some = edits({ images: images('web:2'), environment: [{ name: 'A', value: '1' }] });
    const { definition } = editDefinition(before, some);
    expect(before).toEqual(copy);
    const [container] = before.containerDefinitions;
    const wanted = {
      ...before,
      containerDefinitions: [{ ...container, image: 'web:2', environment: [{ name: 'A', value: '1' }] }],
    };
    expect(JSON.stringify(definition)).toBe(JSON.stringify(wanted));
  });

  it('report all problems, and change nothing if there is one', () => {
    const before = task({ web: 'app:1' });
    const some = edits({
      images: images('app:2', 'other:1', 'x=y'),
      environment: [{ container: 'y', name: 'A', value: '1' }],
    });
    const { definition, problems, unchanged, left } = editDefinition(before, some);
    expect(definition).toBe(before);
    expect(problems.map(({ where }) => where)).toEqual(['image', 'image', 'environment-variables']);
    expect({ unchanged, left }).toEqual({ unchanged: false, left: [] });
  });

  it('that are empty change nothing, without a problem', () => {
    const before = task({ web: 'app:1' });
    const { definition, unchanged } = editDefinition(before, edits({}));
    expect(definition).toEqual(before);
    expect(unchanged).toBe(false);
    expect(editDefinition(before, edits({ environment: [] })).unchanged).toBe(false);
  });

  it.each([
    ['app:1', images('app:1'), undefined],
    ['docker.io/library/app', images('app'), undefined],
    [`app@${digest}`, images(`web=app@${digest}`), undefined],
    ['app:1', images(), byTag('1')],
    ['app', images(), byTag('latest')],
  ])('that leave %s as it is are no change', (image, some, tag) => {
    const before = task({ web: image });
    const { definition, problems, unchanged } = editDefinition(before, edits({ images: some, tag }));
    expect(problems).toEqual([]);
    expect(unchanged).toBe(true);
    expect(definition).toEqual(before);
  });

  it('are a change if one of two images or a variable differs', () => {
    const before = task({ web: 'app:1', log: 'log:1' });
    expect(editDefinition(before, edits({ images: images('app:1', 'log:2') })).unchanged).toBe(false);
    const environment = [{ name: 'A', value: '1' }];
    expect(editDefinition(before, edits({ images: images('app:1'), environment })).unchanged).toBe(false);
  });

  it('that change nothing are refused with the images and advice', () => {
    const there = '(images: web = app:1, log = log:1)';
    const next = 'use another image, or deploy the same one again with `force-new-deployment: true`';
    const definition = task({ web: 'app:1', log: 'log:1' });
    expect(formatProblem(nothingChanged(definition, edits({ images: images('app:1') })))).toBe(
      `image: changes nothing; ${next} ${there}`,
    );
    expect(formatProblem(nothingChanged(definition, edits({ tag: { from: 'image-tag-env', value: '1' } })))).toBe(
      `image-tag-env: changes nothing; ${next} ${there}`,
    );
  });
});
