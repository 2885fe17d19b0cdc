import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { nameIn } from '../model/arn.ts';
import type { Edits } from '../model/edits.ts';
import type { Place } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import { resolveTask } from '../task-definition/resolve-task.ts';
import { creationProblems } from './creation-problems.ts';
import { clusterOf } from './identity.ts';
import type { Inputs } from './input-table.ts';
import { nameOrigins, type Origins } from './inputs.ts';
import { revisionOf, taskOf } from './translate.ts';

/** The problems of inputs and files together: inputs that the files contradict, and names that neither gives. */
export function findFileProblems(inputs: Inputs, context: DeployContext, origins: Origins): readonly Problem[] {
  return [
    ...placeProblems(inputs, context),
    ...nameOrigins([...otherPlaceProblems(inputs, origins, context), ...instanceProblems(inputs, context)], origins),
  ];
}

/** The problems of what the command is asked to do, when the files have been edited. */
export function findCommandProblems(
  inputs: Inputs,
  context: DeployContext,
  edits: Edits,
  place: Place,
  launchProblems: readonly Problem[],
): readonly Problem[] {
  return [
    ...(inputs.command === 'up' && context.service !== undefined ? creationProblems(context.service) : []),
    ...confirmProblems(inputs, place),
    ...launchProblems,
    ...taskProblems(inputs, context, edits),
  ];
}

/** Whether the container of a one-off task is there is known immediately where the file is what is run. */
function taskProblems(inputs: Inputs, context: DeployContext, edits: Edits): readonly Problem[] {
  if (inputs.command !== 'run') return [];
  const revision = revisionOf(inputs, context, edits);
  if (revision.kind !== 'new') return [];
  const places = { container: { where: 'container' }, environment: { where: 'environment-variables' } };
  return resolveTask(taskOf(inputs), revision.definition.containerDefinitions ?? [], places).problems;
}

/** A revision that is registered from a file, or from a family, belongs to no service. */
function isRegisteredAlone({ command, baseRevision }: Inputs, { taskDefinition }: DeployContext): boolean {
  const ofService = baseRevision === 'service' || baseRevision === 'latest';
  return command === 'register' && !ofService && (baseRevision !== undefined || taskDefinition !== undefined);
}

function placeProblems(inputs: Inputs, context: DeployContext): readonly Problem[] {
  const { service, deployContext, command } = inputs;
  // Without a deploy context, or with one that could not be read, another problem says what is missing.
  const { named } = context;
  if (deployContext === undefined || named === undefined || isRegisteredAlone(inputs, context)) return [];
  const problems: Problem[] = [];
  const add = (input: string, key: string) => {
    const what = `No ${input} name: set the input \`${input}\`, or \`${key}\` in ${deployContext}/service.json`;
    problems.push({ where: '', what });
  };
  if (clusterOf(inputs, context) === undefined && !named.cluster) add('cluster', 'cluster');
  if (service === undefined && !named.serviceName && command !== 'run') add('service', 'serviceName');
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
    const other = `is not the ${key} in ${deployContext}/service.json, which canarycage uses`;
    return [
      { where, what: `${other}; the input \`${where}\` overrides the file: set that input, or remove this value` },
    ];
  });
}

/** The name can come from service.json; one that comes from the input has been compared already. */
function confirmProblems({ command, confirm, service }: Inputs, place: Place): readonly Problem[] {
  if (command !== 'undeploy' || confirm === undefined || service !== undefined || place.service === '') return [];
  if (confirm === place.service) return [];
  return [{ where: 'confirm', what: `\`${confirm}\` is not the name of the service, which is ${place.service}` }];
}

/** Fargate has no container instances. */
function instanceProblems({ canaryInstanceArn }: Inputs, { service }: DeployContext): readonly Problem[] {
  if (canaryInstanceArn === undefined || service?.launchType !== 'FARGATE') return [];
  return [{ where: 'canary-instance-arn', what: 'is for launch type EC2, but launchType in service.json is FARGATE' }];
}
