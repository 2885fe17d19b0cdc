import type { DeployContext } from '../deploy-context/deploy-context.ts';
import { readCapacityProviderStrategy, readNetworkConfiguration } from '../deploy-context/launch-input.ts';
import { serviceSettings } from '../deploy-context/service-settings.ts';
import { nameIn } from '../model/arn.ts';
import type { Edits } from '../model/edits.ts';
import type { Environment } from '../model/environment.ts';
import { defined } from '../model/json.ts';
import { type Launch, launchIn } from '../model/launch.ts';
import type { Place } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';
import type {
  Common,
  KnownRevision,
  RegisterRequest,
  Request,
  RevisionAsked,
  RolloutRequest,
  RunRequest,
  SettingsAsked,
  UpRequest,
} from '../model/request.ts';
import type { NewService, ServiceSettings } from '../model/settings.ts';
import { rollbackStrategy } from '../model/strategy.ts';
import { accountNamed, clusterOf } from './identity.ts';
import type { Inputs } from './input-table.ts';
import type { Origins } from './inputs.ts';
import { filedTasks, type StrategyAsked, strategyAsked, strategyOrigins } from './strategy.ts';
import { readRun } from './workflow-run.ts';

/** Makes of inputs and deploy context, which have no problem, what the command is asked. */
export async function requestOf(
  inputs: Inputs,
  context: DeployContext,
  edits: Edits,
  details: Common & Pick<RolloutRequest, 'remarks' | 'hidden' | 'origins'>,
  launch: Launch,
): Promise<Request> {
  const { command, onConflict } = inputs;
  const { remarks = [], hidden: _, origins: __, ...common } = details;
  switch (command) {
    case 'sweep':
      return { command, onConflict, ...common };
    case 'status':
    case 'follow':
    case 'continue':
    case 'abort':
      return { command, ...common };
    case 'up':
      return upOf(inputs, context, details);
    case 'register':
      return { ...details, remarks, command, revision: registeredOf(inputs, context, edits) };
    case 'undeploy':
      return { command, onConflict, deregisterRevisions: inputs.deregisterRevisions, ...common };
    case 'run':
      return {
        command,
        ...common,
        remarks,
        wait: inputs.wait,
        revision: revisionOf(inputs, context, edits),
        task: taskOf(inputs),
        launch: { byInput: launch, byFile: launchIn(context.service ?? {}) },
      };
    case 'rollback':
      return rolloutOf(inputs, context, { ...details, command, strategy: rollbackStrategy, revision: pastOf(inputs) });
    case 'rollout':
    case 'rehearse': {
      const revision = revisionOf(inputs, context, edits);
      return rolloutOf(inputs, context, {
        ...details,
        command: 'rollout',
        ...strategyAsked(inputs, context),
        revision,
      });
    }
    default:
      return command satisfies never;
  }
}

/** The service of the request; empty if it is not given. */
export const placeOf = (inputs: Inputs, context: Pick<DeployContext, 'service'>): Place => ({
  region: inputs.region ?? '',
  cluster: clusterOf(inputs, context) ?? '',
  // Always by name, also if the ARN is given.
  service: nameIn(inputs.service ?? context.service?.serviceName ?? ''),
});

/** Where cluster and service come from when no input names them. */
function filedNames(inputs: Inputs, context: DeployContext): Readonly<Record<string, string>> {
  const { service } = context;
  const filed = (key: 'cluster' | 'serviceName') =>
    context.problemOf?.('service', [key], '').where ?? `service.json: ${key}`;
  const byArn = clusterOf(inputs, context) === undefined ? {} : { cluster: 'service' };
  return {
    ...(inputs.cluster !== undefined ? {} : service?.cluster === undefined ? byArn : { cluster: filed('cluster') }),
    ...(inputs.service !== undefined || service?.serviceName === undefined ? {} : { service: filed('serviceName') }),
  };
}

/** What every command is asked. */
export function commonOf(
  inputs: Inputs,
  context: DeployContext,
  environment: Environment,
  token: string,
  origins: Origins,
): Common {
  const account = accountNamed(inputs, context, origins);
  return {
    place: placeOf(inputs, context),
    named: { ...filedNames(inputs, context), ...strategyOrigins(inputs, context), ...origins },
    ...defined({ account }),
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
  details: Common & StrategyAsked & Pick<RolloutRequest, 'command' | 'revision' | 'remarks' | 'hidden' | 'origins'>,
): Promise<RolloutRequest> {
  const { canaryInstanceArn, maxRevisions } = inputs;
  const settings = await settingsOf(inputs, context);
  const declared = await declaredIn(inputs, context);
  return {
    ...details,
    idle: inputs.idleDuration,
    bake: inputs.bakeDuration,
    wait: inputs.wait,
    rollbackOnFailure: inputs.rollbackOnFailure,
    forceNewDeployment: inputs.forceNewDeployment,
    alarms: inputs.alarms,
    onConflict: inputs.onConflict,
    ...defined({ settings, declared, canaryInstance: canaryInstanceArn, maxRevisions }),
    ...filedTasks(context),
  };
}

function upOf(
  { keep, wait, taskDefinitionArn, shareTargetGroups }: Inputs,
  // That the file is there has been checked.
  { service, taskDefinition = { family: '', containerDefinitions: [] } }: DeployContext,
  { remarks = [], ...details }: Common & Pick<RolloutRequest, 'remarks' | 'hidden' | 'origins'>,
): UpRequest {
  const revision: KnownRevision =
    taskDefinitionArn === undefined
      ? { kind: 'new', definition: taskDefinition }
      : { kind: 'existing', name: taskDefinitionArn };
  return { ...details, command: 'up', revision, service: newService(service), shareTargetGroups, keep, wait, remarks };
}

/** What service.json says of a new service; place and revision are known from elsewhere, and the token is the run's own. */
export function newService(service: DeployContext['service']): NewService {
  const { cluster: _, serviceName: __, taskDefinition: ___, clientToken: ____, ...settings } = service ?? {};
  return settings;
}

/** What inputs say of where a one-off task runs. */
export async function readLaunch({
  networkConfiguration,
  capacityProviderStrategy,
  launchType,
  platformVersion,
}: Inputs) {
  const network = networkConfiguration === undefined ? none : await readNetworkConfiguration(networkConfiguration);
  const strategy =
    capacityProviderStrategy === undefined ? none : await readCapacityProviderStrategy(capacityProviderStrategy);
  const launch = launchIn({
    launchType,
    platformVersion,
    networkConfiguration: network.value,
    capacityProviderStrategy: strategy.value,
  });
  return { launch, problems: [...network.problems, ...strategy.problems] };
}

const none: { readonly value?: undefined; readonly problems: readonly Problem[] } = { problems: [] };

/** The one-off task that the inputs describe. */
export const taskOf = ({ container, runCommand, environmentVariables }: Inputs): RunRequest['task'] => ({
  environment: environmentVariables,
  ...defined({ container, command: runCommand }),
});

/** Without a file the live service is what is worked on. */
export function revisionOf(
  { taskDefinitionArn, baseRevision }: Inputs,
  { taskDefinition }: DeployContext,
  edits: Edits,
): RevisionAsked {
  if (taskDefinitionArn !== undefined) return { kind: 'existing', name: taskDefinitionArn };
  if (baseRevision === 'service' || baseRevision === 'latest') return { kind: 'edited', base: baseRevision, edits };
  if (taskDefinition === undefined) return { kind: 'edited', base: 'service', edits };
  return { kind: 'new', definition: taskDefinition };
}

/** What is registered; what is edited may be no file, and of no service. */
function registeredOf(
  { baseRevision }: Inputs,
  { taskDefinition }: DeployContext,
  edits: Edits,
): RegisterRequest['revision'] {
  if (baseRevision === 'service' || baseRevision === 'latest') return { kind: 'edited', base: baseRevision, edits };
  if (baseRevision !== undefined && baseRevision !== 'file')
    return { kind: 'edited', base: { named: baseRevision }, edits };
  return taskDefinition === undefined
    ? { kind: 'edited', base: 'service', edits }
    : { kind: 'new', definition: taskDefinition };
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

/** The settings in service.json that are not applied and not overridden by inputs; a dry run compares them with the live service. */
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
  const percents = defined({ minimumHealthyPercent, maximumPercent });
  return {
    ...defined({ desiredCount }),
    ...(Object.keys(percents).length === 0 ? {} : { deploymentConfiguration: percents }),
  };
}
