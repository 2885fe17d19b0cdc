import { readSite } from './aws/site.ts';
import { planUp } from './commands/up.ts';
import type { Outcome } from './core/outcome.ts';
import type { Change } from './core/plan.ts';
import type { UpRequest } from './core/request.ts';
import type { Site } from './core/snapshot.ts';
import { differences, sameDefinition } from './definition/compare.ts';
import { type Decision, decideAndDo, graceOf, type Scene, tellFacts } from './scene.ts';

/** Creates a service, and takes it away again when it does not become stable. */
export async function up(request: UpRequest, scene: Scene): Promise<Outcome> {
  return decideAndDo(request, scene, () => decide(request, scene));
}

async function decide(request: UpRequest, scene: Scene): Promise<Decision> {
  const site = await readSite(scene.aws, request, scene.clock);
  const known = knownRevision(request, site);
  const plan = planUp(request, site, {
    fitting: known === undefined ? [] : [known],
    changes: changesOf(request, site),
  });
  tellFacts({ 'task-definition-arn': known }, scene);
  return { plan, grace: graceOf(request.service) };
}

/** The revision that is asked for by its name, or one that is exactly what would be registered. */
function knownRevision({ revision }: UpRequest, { given, newest }: Site): string | undefined {
  if (revision.kind === 'existing') return given?.definition.taskDefinitionArn;
  if (newest === undefined || !sameDefinition(revision.definition, newest.definition, newest.tags)) return undefined;
  return newest.definition.taskDefinitionArn;
}

/** What the service is given, and how its revision differs from the newest of the family. */
function changesOf({ revision, service, hidden }: UpRequest, { newest }: Site): readonly Change[] {
  const settings = differences(service, {}, hidden)
    // Where there is nothing at all, the whole of it has changed as well.
    .filter(({ wanted }) => wanted !== undefined)
    .map(({ path, wanted }) => ({ what: `service: ${path}`, after: wanted }));
  if (revision.kind === 'existing' || newest === undefined) return settings;
  const live = { ...newest.definition, tags: newest.tags };
  const others = differences(revision.definition, live, hidden).map(({ path, live: before, wanted: after }) => ({
    what: path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }));
  return [...settings, ...others];
}
