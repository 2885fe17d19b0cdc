import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { nameIn } from '../model/arn.ts';
import type { Edits } from '../model/edits.ts';
import type { Place } from '../model/place.ts';
import { type Problem, refuseIfAny } from '../model/problem.ts';
import type { Common, Request, RolloutRequest } from '../model/request.ts';
import { resolveTask } from '../task-definition/resolve-task.ts';
import { editContext, readContext } from './context.ts';
import { creationProblems } from './creation-problems.ts';
import { anyRegion, clusterOf, contradictions, inferRegion } from './identity.ts';
import { readEdits } from './input-edits.ts';
import type { Inputs } from './input-table.ts';
import { nameOrigins, noRegion, type Origins, readInputs } from './inputs.ts';
import { visibilityOf } from './secrets.ts';
import { commonOf, placeOf, readLaunch, requestOf, revisionOf, taskOf } from './translate.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that was asked, ready to be carried out. */
export interface Asked {
  readonly inputs: Inputs;
  readonly context: DeployContext;
  readonly request: Request;
  /** Values from the environment that nobody may see. */
  readonly secrets: readonly string[];
  /** What a person should know of what was asked. */
  readonly hints: readonly string[];
  /** What names a place, in which no part is hidden. */
  readonly names: readonly string[];
  /** Whether something names the region; a rehearsal does without. */
  readonly regionKnown: boolean;
}

/** What a rehearsal is asked: the rollout that it tries out. */
export type AskedRollout = Asked & { readonly request: RolloutRequest };

/** Whether it is tried out in a pretend account only. */
export const isRehearsal = (asked: Asked): asked is AskedRollout => asked.inputs.command === 'rehearse';

/** Reads inputs and deploy context; throws one Refusal that names every problem of both. Calls nobody. */
export async function readRequest(environment: Environment, token: string): Promise<Asked> {
  const { read, edits, editProblems, filed, contextProblems, regionProblems, regionRemarks } =
    await readAll(environment);
  const { problems: inputProblems, regionFrom } = read;
  const regionKnown = regionFrom?.is !== 'unknown';
  const invented = regionKnown || read.inputs.region === undefined ? {} : { region: anyRegion(read.inputs, filed, {}) };
  const inputs = { ...read.inputs, ...invented };
  const origins = { ...read.origins, ...(regionFrom?.is === 'named' ? { region: regionFrom.by } : {}) };
  const common = commonOf(inputs, filed, environment, token, origins);
  const { context, problems: unfit, ...said } = editContext(inputs, filed, edits, common);
  const { launch, problems: launchProblems } = await readLaunch(inputs);
  refuseIfAny([
    ...inputProblems.filter((problem) => regionProblems.length === 0 || problem.what !== noRegion.what),
    ...regionProblems,
    ...editProblems,
    ...contextProblems,
    ...contradictions(inputs, filed, origins, regionKnown),
    ...placeProblems(inputs, context),
    ...nameOrigins([...otherPlaceProblems(inputs, origins, context), ...instanceProblems(inputs, context)], origins),
    ...unfit,
    ...(inputs.command === 'up' && context.service !== undefined ? creationProblems(context.service) : []),
    ...confirmProblems(inputs, common),
    ...launchProblems,
    ...taskProblems(inputs, context, edits),
  ]);
  const { place } = common;
  const { secrets, hidden, names } = visibilityOf({ inputs, context, edits, place, environment });
  return {
    inputs,
    context,
    request: await requestOf(
      inputs,
      context,
      edits,
      { ...common, ...said, remarks: [...regionRemarks, ...said.remarks], hidden },
      launch,
    ),
    secrets,
    hints: read.hints,
    names,
    regionKnown,
  };
}

/** Inputs and files, which need each other: the files name the region where nothing else does. */
async function readAll(environment: Environment) {
  const first = readInputs(environment);
  const { edits, problems: editProblems } = readEdits(first.inputs, environment);
  const { context: filed, problems: contextProblems } = await readContext(first.inputs, edits, environment);
  const { inferred, problems: regionProblems } =
    first.regionFrom?.is === 'unknown' ? inferRegion(first.inputs, filed, first.origins) : { problems: [] };
  const read = inferred === undefined ? first : readInputs(environment, inferred);
  const regionRemarks =
    inferred === undefined
      ? []
      : [`No input and no variable names the region: it is ${inferred.region}, from ${inferred.by}.`];
  return { read, edits, editProblems, filed, contextProblems, regionProblems, regionRemarks };
}

/** Whether the container of a one-off task is there can be told at once where the file is what is run. */
function taskProblems(inputs: Inputs, context: DeployContext, edits: Edits): readonly Problem[] {
  if (inputs.command !== 'run') return [];
  const revision = revisionOf(inputs, context, edits);
  if (revision.kind !== 'new') return [];
  const places = { container: { where: 'container' }, environment: { where: 'environment-variables' } };
  return resolveTask(taskOf(inputs, edits), revision.definition.containerDefinitions ?? [], places).problems;
}

/** A revision that is registered from a file, or from a family, belongs to no service. */
function isRegisteredAlone({ command, baseRevision }: Inputs, { taskDefinition }: DeployContext): boolean {
  const ofService = baseRevision === 'service' || baseRevision === 'latest';
  return command === 'register' && !ofService && (baseRevision !== undefined || taskDefinition !== undefined);
}

function placeProblems(inputs: Inputs, context: DeployContext): readonly Problem[] {
  const { service, deployContext, command } = inputs;
  // Without a deploy context, or with one that could not be read, it has been said already what is missing.
  const { named } = context;
  if (deployContext === undefined || named === undefined || isRegisteredAlone(inputs, context)) return [];
  const problems: Problem[] = [];
  const say = (input: string, key: string) => {
    const what = `No ${input} name: set the input \`${input}\`, or \`${key}\` in ${deployContext}/service.json`;
    problems.push({ where: '', what });
  };
  if (clusterOf(inputs, context) === undefined && !named.cluster) say('cluster', 'cluster');
  if (service === undefined && !named.serviceName && command !== 'run') say('service', 'serviceName');
  return problems;
}

/** canarycage goes by its file, our inputs win over it: which of the two is meant by a flag of it is not for us to guess. */
function otherPlaceProblems(
  { cluster, service, deployContext }: Inputs,
  origins: Origins,
  { service: file }: DeployContext,
): readonly Problem[] {
  const places = [
    { where: 'cluster', key: 'cluster', given: cluster, filed: file?.cluster },
    { where: 'service', key: 'serviceName', given: service, filed: file?.serviceName },
  ];
  return places.flatMap(({ where, key, given, filed }) => {
    if (origins[where] === undefined || given === undefined || filed === undefined) return [];
    if (nameIn(given) === nameIn(filed)) return [];
    const other = `is not the ${key} in ${deployContext}/service.json, which canarycage goes by`;
    return [{ where, what: `${other}; the input \`${where}\` wins over the file: give that, or take this away` }];
  });
}

/** The name can come from service.json; one that comes from the input has been compared already. */
function confirmProblems({ command, confirm, service }: Inputs, { place }: Common): readonly Problem[] {
  if (command !== 'undeploy' || confirm === undefined || service !== undefined || place.service === '') return [];
  if (confirm === place.service) return [];
  return [{ where: 'confirm', what: `\`${confirm}\` is not the name of the service, which is ${place.service}` }];
}

/** Fargate has no container instances. */
function instanceProblems({ canaryInstanceArn }: Inputs, { service }: DeployContext): readonly Problem[] {
  if (canaryInstanceArn === undefined || service?.launchType !== 'FARGATE') return [];
  return [{ where: 'canary-instance-arn', what: 'is for launch type EC2, but launchType in service.json is FARGATE' }];
}

/** Where it was meant to go, as far as that can be read of what was refused; what cannot be is empty. */
export async function readPlace(inputs: Inputs, environment: Environment): Promise<Place> {
  const { edits } = readEdits(inputs, environment);
  const { context } = await readContext(inputs, edits, environment);
  const { inferred } = inferRegion(inputs, context, {});
  return { ...placeOf(inputs, context), region: inputs.region ?? inferred?.region ?? '' };
}
