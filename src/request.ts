import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { nameIn } from './core/arn.ts';
import { type Problem, refuseIfAny } from './core/problem.ts';
import type { Request } from './core/request.ts';
import { type DeployContext, readDeployContext } from './definition/deploy-context.ts';
import { serviceSettings } from './definition/service-settings.ts';
import { type Inputs, readInputs } from './github/inputs.ts';
import { readRun } from './github/run.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that was asked, ready to be carried out. */
export interface Asked {
  readonly inputs: Inputs;
  readonly context: DeployContext;
  readonly request: Request;
  /** Values from the environment that nobody may see. */
  readonly secrets: readonly string[];
}

/** Reads inputs and deploy context; throws one Refusal that names every problem of both. Calls nobody. */
export async function readRequest(environment: Environment, token: string): Promise<Asked> {
  const { inputs, problems: inputProblems } = readInputs(environment);
  const { context, problems: contextProblems } = await readContext(inputs, environment);
  const problems = [
    ...inputProblems,
    ...contextProblems,
    ...placeProblems(inputs, context),
    ...instanceProblems(inputs, context),
  ];
  refuseIfAny(problems);
  const request = await requestOf(inputs, context, environment, token);
  return { inputs, context, request, secrets: request.hidden };
}

async function readContext(inputs: Inputs, environment: Environment) {
  const { deployContext, cluster, service, updateService, taskDefinitionArn, command } = inputs;
  const nothing: DeployContext = { substituted: [], files: [] };
  if (deployContext === undefined) return { context: nothing, problems: [] };
  return readDeployContext({
    directory: deployContext,
    workspace: environment.GITHUB_WORKSPACE ?? process.cwd(),
    environment,
    needs: {
      service: updateService || command === 'rehearse' || cluster === undefined || service === undefined,
      taskDefinition: taskDefinitionArn === undefined && command !== 'sweep',
    },
  });
}

function placeProblems({ cluster, service, deployContext }: Inputs, context: DeployContext): readonly Problem[] {
  // Without a deploy context, or with one that could not be read, it has been said already what is missing.
  if (deployContext === undefined || context.service === undefined) return [];
  const problems: Problem[] = [];
  const say = (where: string, key: string) =>
    problems.push({ where, what: `is not known: give the input ${where}, or ${key} in ${deployContext}/service.json` });
  if (cluster === undefined && context.service?.cluster === undefined) say('cluster', 'cluster');
  if (service === undefined && context.service?.serviceName === undefined) say('service', 'serviceName');
  return problems;
}

/** Fargate has no container instances. */
function instanceProblems({ canaryInstanceArn }: Inputs, { service }: DeployContext): readonly Problem[] {
  if (canaryInstanceArn === undefined || service?.launchType !== 'FARGATE') return [];
  return [{ where: 'canary-instance-arn', what: 'is for launch type EC2, but launchType in service.json is FARGATE' }];
}

async function requestOf(
  inputs: Inputs,
  context: DeployContext,
  environment: Environment,
  token: string,
): Promise<Request> {
  const { taskDefinitionArn, canaryInstanceArn } = inputs;
  const definition = context.taskDefinition ?? ({} as RegisterTaskDefinitionRequest);
  const settings =
    inputs.updateService && context.service !== undefined ? await serviceSettings(context.service) : undefined;
  return {
    place: {
      region: inputs.region ?? '',
      cluster: inputs.cluster ?? context.service?.cluster ?? '',
      // By its name everywhere, also where somebody gives its ARN.
      service: nameIn(inputs.service ?? context.service?.serviceName ?? ''),
    },
    dryRun: inputs.dryRun,
    revision:
      taskDefinitionArn === undefined ? { kind: 'new', definition } : { kind: 'existing', name: taskDefinitionArn },
    idle: inputs.idleDuration,
    bake: inputs.bakeDuration,
    timeouts: {
      taskRunning: inputs.taskRunningTimeout,
      taskHealthCheck: inputs.taskHealthCheckTimeout,
      targetHealthy: inputs.targetHealthyTimeout,
      taskStopped: inputs.taskStoppedTimeout,
      serviceStable: inputs.serviceStableTimeout,
    },
    rollbackOnFailure: inputs.rollbackOnFailure,
    forceNewDeployment: inputs.forceNewDeployment,
    alarms: inputs.alarms,
    onConflict: inputs.onConflict,
    run: readRun(environment, token),
    hidden: secretsOf(context),
    ...(settings === undefined ? {} : { settings }),
    ...(canaryInstanceArn === undefined ? {} : { canaryInstance: canaryInstanceArn }),
  };
}

/** Substituted values, less those that name what is deployed: without image, family and service a log says nothing. */
function secretsOf({ substituted, service, taskDefinition }: DeployContext): readonly string[] {
  const containers = taskDefinition?.containerDefinitions ?? [];
  const names = [service?.cluster, service?.serviceName, taskDefinition?.family, ...containers.map(({ name }) => name)];
  const shown = [...names, ...containers.map(({ image }) => image)].filter((text) => text !== undefined);
  const roles = [taskDefinition?.executionRoleArn, taskDefinition?.taskRoleArn];
  const arns = [...(service?.loadBalancers ?? []).map(({ targetGroupArn }) => targetGroupArn), ...roles];
  const open = [...shown, ...arns.filter((arn) => arn !== undefined)];
  return substituted.filter((value) => !open.some((text) => text.includes(value)));
}
