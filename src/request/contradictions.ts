import { clusterIn, nameIn, parseArn, partitionOf } from '../model/arn.ts';
import type { Problem } from '../model/problem.ts';
import { quoteValue, readUsualBase } from './input-kinds.ts';
import type { Command, InputName, Inputs } from './input-table.ts';

/** Whether an input differs from its default; a workflow cannot express more. */
type IsGiven = (name: InputName) => boolean;

/** Finds combinations of inputs that contradict each other, and missing inputs. */
export function findContradictions(
  inputs: Inputs,
  isGiven: IsGiven,
  /** The source of the region if it is not the input `region`, for messages. */
  regionFrom?: string,
): readonly Problem[] {
  const problems = [
    ...findWayOfNaming(inputs, isGiven),
    ...findOtherRegions(inputs, regionFrom),
    findFailOn(inputs),
    findWait(inputs),
    findPercents(inputs),
    findUnconfirmed(inputs),
    findTwoWaysToRun(inputs),
    ...findIdleEdits(inputs, isGiven),
    findBase(inputs, isGiven),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** Edits do not apply to an existing revision, and a tag has one source. */
function findIdleEdits(inputs: Inputs, isGiven: IsGiven): readonly (Problem | undefined)[] {
  const { taskDefinitionArn, taskDefinition, imageTag, imageTagEnv, baseRevision, deployContext, command } = inputs;
  const problemIf = (is: boolean, where: string, what: string) => (is ? { where, what } : undefined);
  // Variables of a one-off task are overrides of the task, not edits of its definition.
  const edits = editing.filter((name) => !(command === 'run' && name === 'environment-variables'));
  const idle = taskDefinitionArn === undefined ? [] : edits.filter(isGiven);
  const unchanged = 'cannot be combined with task-definition-arn, which is used unchanged; remove one of them';
  return [
    problemIf(
      imageTag !== undefined && imageTagEnv !== undefined,
      'image-tag-env',
      'cannot be combined with image-tag; use one of them',
    ),
    problemIf(
      baseRevision === 'file' && deployContext === undefined && taskDefinition === undefined,
      'base-revision',
      'file needs `task-definition`, the path of a file, or `deploy-context`, a directory with task-definition.json',
    ),
    problemIf(
      taskDefinition !== undefined && baseRevision !== undefined && baseRevision !== 'file',
      'task-definition',
      `is not used with \`base-revision: ${baseRevision}\`: remove one of the two`,
    ),
    ...idle.map((where) => ({ where, what: unchanged })),
  ];
}

/** Only `register` finds a base without a service, and a base in AWS is there already. */
function findBase({ command, baseRevision }: Inputs, isGiven: IsGiven): Problem | undefined {
  const where = 'base-revision';
  if (baseRevision === undefined || baseRevision === 'file') return undefined;
  if (command === 'register') {
    if (changing.some(isGiven)) return undefined;
    return { where, what: `selects what to edit, but no change is given: set one of ${listed(changing)}` };
  }
  const { wrong } = readUsualBase(baseRevision);
  return wrong === undefined
    ? undefined
    : { where, what: `${wrong}; only \`command: register\` takes a family or a revision` };
}

const listed = (names: readonly InputName[]): string => names.map((name) => `\`${name}\``).join(', ');

/** What changes a definition. */
const changing = [
  'image',
  'image-tag',
  'image-tag-env',
  'environment-variables',
] as const satisfies readonly InputName[];

/** Inputs that make a new revision from an existing one. */
const editing = [
  'task-definition',
  'image',
  'image-tag',
  'image-tag-env',
  'base-revision',
  'environment-variables',
] as const satisfies readonly InputName[];

/** Only a dry run reports findings. */
function findFailOn({ failOn, dryRun, command }: Inputs): Problem | undefined {
  if (failOn === 'never' || dryRun || command === 'rehearse') return undefined;
  return { where: 'fail-on', what: `\`${failOn}\` requires \`dry-run: true\`; set it, or remove fail-on` };
}

/** A sweep never waits. */
function findWait({ command, onConflict }: Inputs): Problem | undefined {
  if (command !== 'sweep' || onConflict !== 'wait') return undefined;
  const what = 'wait is for rollouts; a sweep skips what may still be in use (fail), or removes that too (take-over)';
  return { where: 'on-conflict', what };
}

/** ECS refuses this because it could neither stop nor start a task. */
function findPercents({ minimumHealthyPercent, maximumPercent }: Inputs): Problem | undefined {
  if (minimumHealthyPercent !== 100 || maximumPercent !== 100) return undefined;
  const what =
    '100 with maximum-percent 100 does not let ECS stop or start a task; lower minimum-healthy-percent or raise maximum-percent';
  return { where: 'minimum-healthy-percent', what };
}

/** `undeploy` requires the name of the service a second time. */
function findUnconfirmed({ command, confirm, service }: Inputs): Problem | undefined {
  const where = 'confirm';
  if (command !== 'undeploy') return undefined;
  if (confirm === undefined) {
    return { where, what: 'is missing; repeat the name of the service to confirm its deletion' };
  }
  if (service === undefined || nameIn(service) === confirm) return undefined;
  return { where, what: `${quoteValue(confirm)} is not the name of the service, which is ${nameIn(service)}` };
}

/** RunTask accepts a launch type or capacity providers, not both. */
function findTwoWaysToRun({ launchType, capacityProviderStrategy }: Inputs): Problem | undefined {
  if (launchType === undefined || capacityProviderStrategy === undefined) return undefined;
  return { where: 'launch-type', what: 'cannot be combined with capacity-provider-strategy; use one of them' };
}

/** Role settings require a role. A role exists in all regions of one partition. */
export function findRoleProblems(
  { roleToAssume, roleSessionName, roleExternalId, region }: Inputs,
  others: readonly Problem[],
  regionFrom?: string,
): readonly Problem[] {
  if (others.some(({ where }) => /^role-/.test(where))) return [];
  if (roleToAssume === undefined) {
    const given = { 'role-session-name': roleSessionName, 'role-external-id': roleExternalId };
    const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    return names.map((where) => ({ where, what: 'requires `role-to-assume`; set both or neither' }));
  }
  const partition = roleToAssume.split(':')[1];
  if (region === undefined || partition === partitionOf(region)) return [];
  const what = `${quoteValue(roleToAssume)} is in partition ${partition}, but ${regionFrom ?? '`region`'} ${region} is in ${partitionOf(region)}`;
  return [{ where: 'role-to-assume', what: `${what}; use a role of the same partition` }];
}

/** The cluster that inputs name, if necessary in the ARN of the service. */
export const clusterInInputs = ({ cluster, service }: Pick<Inputs, 'cluster' | 'service'>): string | undefined =>
  cluster ?? clusterIn(service);

/** The inputs that each command requires without a deploy context. */
function findWayOfNaming(inputs: Inputs, isGiven: IsGiven): readonly (Problem | undefined)[] {
  if (inputs.deployContext !== undefined) return [];
  const what = 'true requires `deploy-context`: the settings come from its service.json';
  return [findUnnamed(inputs, isGiven), inputs.updateService ? { where: 'update-service', what } : undefined];
}

function findUnnamed(inputs: Inputs, isGiven: IsGiven): Problem | undefined {
  const { command, service } = inputs;
  const cluster = clusterInInputs(inputs);
  const context = '`deploy-context` (a directory with service.json and task-definition.json)';
  switch (command) {
    case 'rehearse':
      return { where: 'deploy-context', what: `is missing; a rehearsal requires ${context}` };
    case 'up':
      return { where: 'deploy-context', what: `is missing; a new service requires ${context}` };
    case 'run': {
      const named = (['service', 'task-definition', 'task-definition-arn'] as const).some(isGiven);
      if (cluster !== undefined && named) return undefined;
      const what = `is missing; set what to run: either ${context}, or \`cluster\` with one of \`task-definition\`, \`task-definition-arn\`, \`service\``;
      return { where: 'deploy-context', what };
    }
    case 'rollout':
      return findNothingToDeploy(inputs, isGiven, context);
    case 'register':
      return findNothingToRegister(inputs, isGiven, context);
    default: {
      if (cluster !== undefined && service !== undefined) return undefined;
      const to = verbs[command] ?? 'look at';
      const what = `is missing; set which service to ${to}: either \`deploy-context\` (a directory with service.json), or both \`cluster\` and \`service\``;
      return { where: 'service', what };
    }
  }
}

/** What the commands that need only a service do to it. */
const verbs: Readonly<Partial<Record<Command, string>>> = {
  rollback: 'roll back',
  undeploy: 'delete',
  sweep: 'sweep',
  follow: 'follow',
  continue: 'continue',
  abort: 'roll back',
};

/** Without files the live service is changed, so inputs must name a change. */
function findNothingToDeploy(inputs: Inputs, isGiven: IsGiven, context: string): Problem | undefined {
  const named = { cluster: clusterInInputs(inputs), service: inputs.service };
  const missing = (['cluster', 'service'] as const).filter((name) => named[name] === undefined);
  const hasChange = changesOfService.some(isGiven);
  if (missing.length === 0 && hasChange) return undefined;
  const ways = `either ${context}, or \`cluster\` and \`service\` with one of ${listed(changesOfService)}`;
  const lacks = [...missing, ...(hasChange ? [] : ['what to deploy'])];
  const state =
    lacks.length === 3 ? 'none of them is given' : `without deploy-context, ${lacks.join(' and ')} is missing`;
  const alone = isGiven('task-definition') && inputs.service === undefined;
  const register = alone ? '; to register the task definition and deploy nothing, use `command: register`' : '';
  return { where: 'deploy-context', what: `set what to deploy in one of two ways: ${ways}; ${state}${register}` };
}

/** A file is enough; what is in AWS needs an edit. */
function findNothingToRegister(inputs: Inputs, isGiven: IsGiven, context: string): Problem | undefined {
  const { baseRevision, service } = inputs;
  if (isGiven('task-definition')) return undefined;
  const inAws = baseRevision !== undefined && readUsualBase(baseRevision).value === undefined;
  const named = inAws || (clusterInInputs(inputs) !== undefined && service !== undefined);
  // A base without a change is reported by `findBase`.
  if (named && (isGiven('base-revision') || changing.some(isGiven))) return undefined;
  const edited = `\`cluster\` and \`service\`, or \`base-revision\` with a family, and one of ${listed(changing)}`;
  const what = `say what to register: \`task-definition\` (the path of a file), ${context}, or ${edited}`;
  return { where: 'task-definition', what };
}

/** Changes of an existing service that need no file. */
const changesOfService = [
  'image',
  'image-tag',
  'image-tag-env',
  'environment-variables',
  'task-definition',
  'task-definition-arn',
  'desired-count',
  'minimum-healthy-percent',
  'maximum-percent',
  'force-new-deployment',
] as const satisfies readonly InputName[];

/** An ARN of another region; AWS would only report that the resource does not exist. */
function findOtherRegions(inputs: Inputs, regionFrom: string | undefined): readonly Problem[] {
  const { region, cluster, service, taskDefinitionArn, baseRevision, toRevision, canaryInstanceArn } = inputs;
  const given = {
    cluster,
    service,
    'task-definition-arn': taskDefinitionArn,
    'base-revision': baseRevision,
    'to-revision': toRevision,
    'canary-instance-arn': canaryInstanceArn,
  };
  return Object.entries(given).flatMap(([name, text]) => {
    const other = parseArn(text)?.region;
    if (!other || region === undefined || other === region) return [];
    return [
      { where: name, what: `${quoteValue(text)} is in region ${other}, but ${regionFrom ?? '`region`'} is ${region}` },
    ];
  });
}
