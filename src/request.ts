import { creationProblems } from './commands/up.ts';
import { nameIn } from './core/arn.ts';
import type { Origin } from './core/change.ts';
import { type Edits, isUnedited } from './core/edits.ts';
import type { NewService, Place, ServiceSettings } from './core/plan.ts';
import { type Problem, refuseIfAny } from './core/problem.ts';
import type {
  Common,
  KnownRevision,
  Launch,
  Request,
  RevisionAsked,
  RolloutRequest,
  RunRequest,
  SettingsAsked,
  UpRequest,
} from './core/request.ts';
import { type DeployContext, readDeployContext } from './definition/deploy-context.ts';
import { readCapacityProviderStrategy, readNetworkConfiguration } from './definition/launch-input.ts';
import { serviceSettings } from './definition/service-settings.ts';
import { settleTask } from './definition/settle-task.ts';
import { readEdits } from './github/input-edits.ts';
import { type Command, type Inputs, nameOrigins, type Origins, readInputs } from './github/inputs.ts';
import { readRun } from './github/run.ts';
import { edit } from './settle.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that was asked, ready to be carried out. */
export interface Asked {
  readonly inputs: Inputs;
  readonly context: DeployContext;
  readonly request: Request;
  /** Values from the environment that nobody may see. */
  readonly secrets: readonly string[];
}

/** What a rehearsal is asked: the rollout that it tries out. */
export type AskedRollout = Asked & { readonly request: RolloutRequest };

/** Whether it is tried out in a pretend account only. */
export const isRehearsal = (asked: Asked): asked is AskedRollout => asked.inputs.command === 'rehearse';

/** Reads inputs and deploy context; throws one Refusal that names every problem of both. Calls nobody. */
export async function readRequest(environment: Environment, token: string): Promise<Asked> {
  const { inputs, origins, problems: inputProblems } = readInputs(environment);
  const { edits, problems: editProblems } = readEdits(inputs, environment);
  const { context: filed, problems: contextProblems } = await readContext(inputs, edits, environment);
  const common = commonOf(inputs, filed, environment, token);
  const { context, problems: unfit, ...said } = editContext(inputs, filed, edits, common);
  const { launch, problems: launchProblems } = await readLaunch(inputs);
  refuseIfAny([
    ...inputProblems,
    ...editProblems,
    ...contextProblems,
    ...placeProblems(inputs, context),
    ...nameOrigins([...otherPlaceProblems(inputs, origins, context), ...instanceProblems(inputs, context)], origins),
    ...unfit,
    ...(inputs.command === 'up' && context.service !== undefined ? creationProblems(context.service) : []),
    ...confirmProblems(inputs, common),
    ...launchProblems,
    ...taskProblems(inputs, context, edits),
  ]);
  const secrets = secretsOf(context, edits);
  return {
    inputs,
    context,
    request: await requestOf(inputs, context, edits, { ...common, ...said, hidden: secrets }, launch),
    secrets,
  };
}

/** Which files a command cannot do without; service.json also says which service is meant. */
const needs: Readonly<Record<Command, { readonly service: boolean; readonly taskDefinition: boolean }>> = {
  rollout: { service: false, taskDefinition: true },
  up: { service: true, taskDefinition: true },
  run: { service: false, taskDefinition: true },
  rollback: { service: false, taskDefinition: false },
  undeploy: { service: false, taskDefinition: false },
  rehearse: { service: true, taskDefinition: true },
  sweep: { service: false, taskDefinition: false },
};

async function readContext(inputs: Inputs, edits: Edits, environment: Environment) {
  const { deployContext, cluster, service, updateService, taskDefinitionArn, command, baseRevision } = inputs;
  // What is edited is the file where there is one, and what the service runs where there is none.
  const needsBase = baseRevision === undefined ? isUnedited(edits) || command !== 'rollout' : baseRevision === 'file';
  const usesFile = needs[command].taskDefinition && taskDefinitionArn === undefined && !isElsewhere(inputs);
  const nothing: DeployContext = { substituted: [], files: [] };
  if (deployContext === undefined) return { context: nothing, problems: [] };
  return readDeployContext({
    directory: deployContext,
    workspace: environment.GITHUB_WORKSPACE ?? process.cwd(),
    environment,
    needs: {
      service:
        needs[command].service ||
        updateService ||
        cluster === undefined ||
        // A one-off task need not belong to a service.
        (service === undefined && command !== 'run'),
      taskDefinition: usesFile && needsBase,
      rollout: command === 'rollout' || command === 'rehearse',
    },
    unused: usesFile ? [] : ['taskDefinition'],
  });
}

/** What is edited is in AWS. */
const isElsewhere = ({ baseRevision }: Inputs): boolean => baseRevision === 'service' || baseRevision === 'latest';

/** Puts the edits into the definition of the file, where that is what is edited. */
function editContext(
  inputs: Inputs,
  context: DeployContext,
  edits: Edits,
  { run }: Common,
): { readonly context: DeployContext; readonly problems: readonly Problem[] } & Told {
  const { taskDefinition } = context;
  const origins = originsOf(inputs, context);
  const { forceNewDeployment, command } = inputs;
  const mine = command === 'run' ? definingEdits(edits) : edits;
  if (taskDefinition === undefined || isElsewhere(inputs) || isUnedited(mine)) {
    return { context, problems: [], remarks: [], origins };
  }
  // A one-off task can well be run with the image that is there.
  const again = forceNewDeployment || command === 'run';
  const asked = { forceNewDeployment: again, run };
  const { definition, problems, remarks, origins: edited } = edit(taskDefinition, mine, asked);
  const { usual, at } = origins.definition;
  return {
    context: { ...context, taskDefinition: definition },
    problems,
    remarks,
    origins: { ...origins, definition: { usual, at: { ...at, ...edited } } },
  };
}

/** What is told of how a request was understood. */
type Told = Required<Pick<RolloutRequest, 'remarks' | 'origins'>>;

/** Before any edit all comes from the files, and what inputs say of the service from those. */
function originsOf(inputs: Inputs, { filledIn }: DeployContext): NonNullable<RolloutRequest['origins']> {
  const given = Object.entries(settingInputs).filter(([, input]) => inputs[input.key] !== undefined);
  const byInput = given.map(([path, { input }]): readonly [string, Origin] => [
    path,
    { kind: 'input', inputs: [input] },
  ]);
  return {
    definition: { usual: { kind: 'file', file: 'task-definition.json' }, at: filledIn?.taskDefinition ?? {} },
    settings: {
      usual: { kind: 'file', file: 'service.json' },
      at: { ...filledIn?.service, ...Object.fromEntries(byInput) },
    },
  };
}

const settingInputs = {
  desiredCount: { key: 'desiredCount', input: 'desired-count' },
  'deploymentConfiguration.minimumHealthyPercent': { key: 'minimumHealthyPercent', input: 'minimum-healthy-percent' },
  'deploymentConfiguration.maximumPercent': { key: 'maximumPercent', input: 'maximum-percent' },
} as const;

/** The variables of a one-off task are given to the task, not to its definition. */
const definingEdits = (edits: Edits): Edits => ({ ...edits, environment: [] });

/** What inputs say of where a one-off task runs. */
async function readLaunch({ networkConfiguration, capacityProviderStrategy, launchType, platformVersion }: Inputs) {
  const network = networkConfiguration === undefined ? none : await readNetworkConfiguration(networkConfiguration);
  const strategy =
    capacityProviderStrategy === undefined ? none : await readCapacityProviderStrategy(capacityProviderStrategy);
  const launch: Launch = {
    ...(launchType === undefined ? {} : { launchType }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    ...(network.value === undefined ? {} : { networkConfiguration: network.value }),
    ...(strategy.value === undefined ? {} : { capacityProviderStrategy: strategy.value }),
  };
  return { launch, problems: [...network.problems, ...strategy.problems] };
}

const none: { readonly value?: undefined; readonly problems: readonly Problem[] } = { problems: [] };

/** Whether the container of a one-off task is there can be told at once where the file is what is run. */
function taskProblems(inputs: Inputs, context: DeployContext, edits: Edits): readonly Problem[] {
  if (inputs.command !== 'run') return [];
  const revision = revisionOf(inputs, context, edits);
  if (revision.kind !== 'new') return [];
  const places = { container: { where: 'container' }, environment: { where: 'environment-variables' } };
  return settleTask(taskOf(inputs, edits), revision.definition.containerDefinitions ?? [], places).problems;
}

const taskOf = ({ container, runCommand }: Inputs, { environment }: Edits): RunRequest['task'] => ({
  environment,
  ...(container === undefined ? {} : { container }),
  ...(runCommand === undefined ? {} : { command: runCommand }),
});

function placeProblems(
  { cluster, service, deployContext, command }: Inputs,
  context: DeployContext,
): readonly Problem[] {
  // Without a deploy context, or with one that could not be read, it has been said already what is missing.
  if (deployContext === undefined || context.service === undefined) return [];
  const problems: Problem[] = [];
  const say = (where: string, key: string) =>
    problems.push({ where, what: `is not known: give the input ${where}, or ${key} in ${deployContext}/service.json` });
  if (cluster === undefined && context.service?.cluster === undefined) say('cluster', 'cluster');
  if (service === undefined && context.service?.serviceName === undefined && command !== 'run')
    say('service', 'serviceName');
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

async function requestOf(
  inputs: Inputs,
  context: DeployContext,
  edits: Edits,
  told: Common & Pick<RolloutRequest, 'remarks' | 'hidden' | 'origins'>,
  launch: Launch,
): Promise<Request> {
  const { command, onConflict, strategy } = inputs;
  const { remarks = [], hidden: _, origins: __, ...common } = told;
  switch (command) {
    case 'sweep':
      return { command, onConflict, ...common };
    case 'up':
      return upOf(inputs, context, told);
    case 'undeploy':
      return { command, onConflict, deregisterRevisions: inputs.deregisterRevisions, ...common };
    case 'run':
      return {
        command,
        ...common,
        remarks,
        wait: inputs.wait,
        revision: revisionOf(inputs, context, definingEdits(edits)),
        task: taskOf(inputs, edits),
        launch: { byInput: launch, byFile: launchIn(context) },
      };
    case 'rollback':
      return rolloutOf(inputs, context, { ...told, command, strategy: 'rolling', revision: pastOf(inputs) });
    case 'rollout':
    case 'rehearse': {
      const revision = revisionOf(inputs, context, edits);
      return rolloutOf(inputs, context, { ...told, command: 'rollout', strategy, revision });
    }
    default:
      return command satisfies never;
  }
}

/** Where it was meant to go, as far as that can be read of what was refused; what cannot be is empty. */
export async function readPlace(inputs: Inputs, environment: Environment): Promise<Place> {
  const { edits } = readEdits(inputs, environment);
  const { context } = await readContext(inputs, edits, environment);
  return placeOf(inputs, context);
}

const placeOf = (inputs: Inputs, { service }: DeployContext): Place => ({
  region: inputs.region ?? '',
  cluster: inputs.cluster ?? service?.cluster ?? '',
  // By its name everywhere, also where somebody gives its ARN.
  service: nameIn(inputs.service ?? service?.serviceName ?? ''),
});

function commonOf(inputs: Inputs, context: DeployContext, environment: Environment, token: string): Common {
  return {
    place: placeOf(inputs, context),
    dryRun: inputs.dryRun,
    timeouts: {
      taskRunning: inputs.taskRunningTimeout,
      taskHealthCheck: inputs.taskHealthCheckTimeout,
      targetHealthy: inputs.targetHealthyTimeout,
      taskStopped: inputs.taskStoppedTimeout,
      serviceStable: inputs.serviceStableTimeout,
    },
    run: readRun(environment, token),
  };
}

async function rolloutOf(
  inputs: Inputs,
  context: DeployContext,
  told: Common & Pick<RolloutRequest, 'command' | 'strategy' | 'revision' | 'remarks' | 'hidden' | 'origins'>,
): Promise<RolloutRequest> {
  const { canaryInstanceArn, maxRevisions } = inputs;
  const settings = await settingsOf(inputs, context);
  const declared = await declaredIn(inputs, context);
  return {
    ...told,
    idle: inputs.idleDuration,
    bake: inputs.bakeDuration,
    wait: inputs.wait,
    rollbackOnFailure: inputs.rollbackOnFailure,
    forceNewDeployment: inputs.forceNewDeployment,
    alarms: inputs.alarms,
    onConflict: inputs.onConflict,
    ...(settings === undefined ? {} : { settings }),
    ...(declared === undefined ? {} : { declared }),
    ...(canaryInstanceArn === undefined ? {} : { canaryInstance: canaryInstanceArn }),
    ...(maxRevisions === undefined ? {} : { maxRevisions }),
    ...(context.rollout === undefined ? {} : { beforePromote: context.rollout.beforePromote }),
  };
}

function upOf(
  { keep, wait, taskDefinitionArn }: Inputs,
  // That the file is there has been checked.
  { service, taskDefinition = { family: '', containerDefinitions: [] } }: DeployContext,
  { remarks = [], ...told }: Common & Pick<RolloutRequest, 'remarks' | 'hidden' | 'origins'>,
): UpRequest {
  const revision: KnownRevision =
    taskDefinitionArn === undefined
      ? { kind: 'new', definition: taskDefinition }
      : { kind: 'existing', name: taskDefinitionArn };
  return { ...told, command: 'up', revision, service: newService(service), keep, wait, remarks };
}

/** What service.json says of a new service; place and revision are known from elsewhere, and the token is the run's own. */
export function newService(service: DeployContext['service']): NewService {
  const { cluster: _, serviceName: __, taskDefinition: ___, clientToken: ____, ...settings } = service ?? {};
  return settings;
}

/** What service.json says of where tasks run. */
function launchIn({ service }: DeployContext): Launch {
  const { launchType, capacityProviderStrategy, networkConfiguration, platformVersion } = service ?? {};
  const volumes = service?.volumeConfigurations;
  const known = { launchType, capacityProviderStrategy, networkConfiguration, platformVersion };
  const said = Object.entries({ ...known, volumeConfigurations: volumes }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Launch;
}

/** Without a file the live service is what is worked on. */
function revisionOf(
  { taskDefinitionArn, baseRevision }: Inputs,
  { taskDefinition }: DeployContext,
  edits: Edits,
): RevisionAsked {
  if (taskDefinitionArn !== undefined) return { kind: 'existing', name: taskDefinitionArn };
  if (baseRevision === 'service' || baseRevision === 'latest') return { kind: 'edited', base: baseRevision, edits };
  if (taskDefinition === undefined) return { kind: 'edited', base: 'service', edits };
  return { kind: 'new', definition: taskDefinition };
}

function pastOf({ toRevision }: Inputs): RevisionAsked {
  if (toRevision === undefined) return { kind: 'past' };
  return /^\d+$/.test(toRevision)
    ? { kind: 'past', number: Number(toRevision) }
    : { kind: 'existing', name: toRevision };
}

/** What service.json says, with update-service, and what inputs say, which win. */
async function settingsOf(inputs: Inputs, { service }: DeployContext): Promise<SettingsAsked | undefined> {
  const filed = inputs.updateService && service !== undefined ? await serviceSettings(service) : undefined;
  const given = settingsIn(inputs);
  const byInput = Object.keys(given) as (keyof ServiceSettings)[];
  if (filed === undefined && byInput.length === 0) return undefined;
  const update = { ...filed?.update, ...given };
  const configuration = { ...filed?.update.deploymentConfiguration, ...given.deploymentConfiguration };
  const whole =
    Object.keys(configuration).length === 0 ? update : { ...update, deploymentConfiguration: configuration };
  return { update: whole, creationOnly: filed?.creationOnly ?? {}, byInput };
}

/** What a dry run holds against the live service: what service.json says and nobody applies, less what inputs set. */
async function declaredIn(inputs: Inputs, { service }: DeployContext): Promise<RolloutRequest['declared']> {
  if (!inputs.dryRun || inputs.updateService || service === undefined) return undefined;
  const { update, creationOnly } = await serviceSettings(service);
  const given = settingsIn(inputs);
  const { desiredCount, deploymentConfiguration = {}, ...others } = update;
  const counted = desiredCount === undefined || given.desiredCount !== undefined ? {} : { desiredCount };
  const set = Object.keys(given.deploymentConfiguration ?? {});
  const configuration = Object.entries(deploymentConfiguration).filter(([key]) => !set.includes(key));
  const configured = configuration.length === 0 ? {} : { deploymentConfiguration: Object.fromEntries(configuration) };
  return { update: { ...others, ...counted, ...configured }, creationOnly };
}

function settingsIn({ desiredCount, minimumHealthyPercent, maximumPercent }: Inputs): ServiceSettings {
  const percents = {
    ...(minimumHealthyPercent === undefined ? {} : { minimumHealthyPercent }),
    ...(maximumPercent === undefined ? {} : { maximumPercent }),
  };
  return {
    ...(desiredCount === undefined ? {} : { desiredCount }),
    ...(Object.keys(percents).length === 0 ? {} : { deploymentConfiguration: percents }),
  };
}

/** Substituted values and those of environment-variables, less those that name what is deployed: without image, family and service a log says nothing. */
function secretsOf({ substituted, service, taskDefinition }: DeployContext, { environment }: Edits): readonly string[] {
  const containers = taskDefinition?.containerDefinitions ?? [];
  const names = [service?.cluster, service?.serviceName, taskDefinition?.family, ...containers.map(({ name }) => name)];
  const shown = [...names, ...containers.map(({ image }) => image)].filter((text) => text !== undefined);
  const roles = [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn];
  const arns = [...(service?.loadBalancers ?? []).map(({ targetGroupArn }) => targetGroupArn), ...roles];
  const open = [...shown, ...arns.filter((arn) => arn !== undefined)];
  const values = new Set([...substituted, ...environment.map(({ value }) => value).filter((value) => value !== '')]);
  return [...values].filter((value) => !open.some((text) => text.includes(value)));
}
