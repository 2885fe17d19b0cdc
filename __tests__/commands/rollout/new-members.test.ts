import { describe, expect, it } from 'vitest';
import type { SimulatorRequestHandler } from '../../../src/simulator/request-handler.ts';
import { shop, stage } from '../stage.ts';

type Json = Record<string, unknown>;

const textOf = (body: unknown): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);

/** An ECS that is newer than the SDK: it answers with members that the SDK does not know; `asked` has what it was sent. */
function newer(asked: { readonly operation: string; readonly body: Json }[], live: () => Json) {
  return (inner: SimulatorRequestHandler): SimulatorRequestHandler => ({
    ...inner,
    handle: async (request, options) => {
      const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
      if (operation !== '') asked.push({ operation, body: JSON.parse(textOf(request.body)) });
      const { response } = await inner.handle(request, options);
      if (!/^Describe(TaskDefinition|Services)$/.test(operation)) return { response };
      const body = JSON.parse(textOf(response.body)) as { taskDefinition?: Json; services?: Json[] };
      if (operation === 'DescribeTaskDefinition' && body.taskDefinition !== undefined) {
        const { containerDefinitions } = body.taskDefinition as {
          containerDefinitions: (Json & { portMappings: Json[] })[];
        };
        Object.assign(body.taskDefinition, live());
        Object.assign(containerDefinitions[0] ?? {}, { evenNewer: true });
        Object.assign(containerDefinitions[0]?.portMappings[0] ?? {}, { newest: ['a', 1] });
      }
      if (operation === 'DescribeServices') {
        for (const service of body.services ?? []) {
          Object.assign(service.deploymentConfiguration ?? {}, { pauseBetween: { seconds: 7 } });
        }
      }
      return { response: { ...response, body: new TextEncoder().encode(JSON.stringify(body)) } };
    },
  });
}

const withImage = (image: string) =>
  ({ revision: { kind: 'edited', base: 'service', edits: { images: [{ image }], environment: [] } } }) as const;

describe('members that AWS has added after this version of the SDK', () => {
  it('are in the new revision, on every level, when the live one is edited', async () => {
    const asked: { operation: string; body: Json }[] = [];
    const here = stage(
      shop(),
      undefined,
      newer(asked, () => ({ shinyNewSetting: { mode: 'on' } })),
    );
    const run = await here.rollout(withImage('registry.example/web:v2'));
    expect(run.outcome.is).toBe('succeeded');
    const registered = asked.filter(({ operation }) => operation === 'RegisterTaskDefinition');
    expect(registered).toHaveLength(1);
    expect(registered[0]?.body).toMatchObject({
      shinyNewSetting: { mode: 'on' },
      containerDefinitions: [
        { image: 'registry.example/web:v2', evenNewer: true, portMappings: [{ newest: ['a', 1] }] },
      ],
    });
    expect(registered[0]?.body).not.toHaveProperty('taskDefinitionArn');
  });

  it('are seen when a file is compared with the live revision', async () => {
    const what = shop();
    const here = stage(
      what,
      undefined,
      newer([], () => ({ shinyNewSetting: { mode: 'on' } })),
    );
    const run = await here.rollout({ revision: { kind: 'new', definition: what.definition } });
    const changes = JSON.stringify(run.report.plan?.changes);
    expect(changes).toContain('shinyNewSetting');
    expect(changes).toContain('evenNewer');
  });

  it('go back to the service with the settings that are restored', async () => {
    const asked: { operation: string; body: Json }[] = [];
    const crashing = shop('fargate', 1, { tag: 'crash' });
    const here = stage(
      crashing,
      undefined,
      newer(asked, () => ({})),
    );
    const settings = { update: { deploymentConfiguration: { maximumPercent: 150 } }, creationOnly: {} };
    const run = await here.rollout({ strategy: 'rolling', settings } as never);
    expect(run.outcome.is).toBe('rolled-back');
    const updates = asked.filter(({ operation }) => operation === 'UpdateService');
    expect(updates.at(-1)?.body.deploymentConfiguration).toMatchObject({ pauseBetween: { seconds: 7 } });
  });
});
