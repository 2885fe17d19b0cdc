import { readInAccount } from './aws/caller.ts';
import { readSite } from './aws/site.ts';
import { creationChanges, definitionChanges } from './changes.ts';
import { planUp } from './commands/up.ts';
import type { Change } from './core/change.ts';
import type { Outcome } from './core/outcome.ts';
import type { UpRequest } from './core/request.ts';
import type { Site } from './core/snapshot.ts';
import { sameDefinition } from './definition/compare.ts';
import { type Decision, decideAndDo, graceOf, type Scene, tellFacts } from './scene.ts';

/** Creates a service, and takes it away again when it does not become stable. */
export async function up(request: UpRequest, scene: Scene): Promise<Outcome> {
  return decideAndDo(request, scene, () => decide(request, scene));
}

async function decide(request: UpRequest, scene: Scene): Promise<Decision> {
  const site = await readInAccount(
    scene.aws,
    request.account,
    () => readSite(scene.aws, request, scene.clock),
    ({ service, given, newest }) => [
      service?.serviceArn,
      given?.definition.taskDefinitionArn,
      newest?.definition.taskDefinitionArn,
    ],
  );
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
function changesOf(request: UpRequest, { newest }: Site): readonly Change[] {
  const { revision, service } = request;
  const settings = creationChanges(service, request);
  if (revision.kind === 'existing' || newest === undefined) return settings;
  return [...settings, ...definitionChanges(revision.definition, newest, request)];
}
