import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import {
  continueByHand,
  formatPosition,
  isGoingOn,
  positionOf,
  progressOf,
  readDeployment,
  waitingHooks,
} from '../aws/handlers/service-deployment.ts';
import { readInAccount } from '../aws/snapshots/caller.ts';
import { type DeploymentSnapshot, takeDeploymentSnapshot } from '../aws/snapshots/service-deployment.ts';
import { nameIn } from '../model/arn.ts';
import { minute } from '../model/duration.ts';
import { defined } from '../model/json.ts';
import { bakesIn, shiftsOf } from '../model/native.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import { Refusal } from '../model/problem.ts';
import type { DeploymentRequest } from '../model/request.ts';
import type { Runtime } from './command-runtime.ts';
import { planAndExecute, reportFacts } from './plan-and-execute.ts';

/** Looks at the newest service deployment of a service, follows it, lets it go on, or has ECS roll it back. */
export async function serviceDeployment(request: DeploymentRequest, runtime: Runtime): Promise<Outcome> {
  let arn: string | undefined;
  const outcome = await planAndExecute(request, runtime, async () => {
    const snapshot = await readInAccount(request, runtime, takeDeploymentSnapshot, ({ service }) => [
      service.serviceArn,
    ]);
    const { service, deployment, revision } = snapshot;
    arn = deployment?.serviceDeploymentArn;
    const facts = { 'service-arn': service.serviceArn, 'service-deployment-arn': arn, 'task-definition-arn': revision };
    reportFacts(facts, runtime);
    return { plan: planDeployment(request, snapshot) };
  });
  if (request.dryRun || request.command === 'status') return outcome;
  if (request.command !== 'follow') return { ...outcome, serviceIntact: outcome.is !== 'succeeded' };
  return followed(outcome, arn, runtime);
}

/** Plans what to do with the newest service deployment; throws a Refusal if that is not possible. */
export function planDeployment({ command, place }: DeploymentRequest, snapshot: DeploymentSnapshot): Plan {
  const { deployment, revision = '' } = snapshot;
  const where = `${place.service} in ${place.cluster}`;
  const plan = { title: `${titles[command]} of ${where}`, notes: notesOf(snapshot, place), changes: [] };
  const arn = deployment?.serviceDeploymentArn;
  if (command === 'status') return { ...plan, steps: [] };
  if (deployment === undefined || arn === undefined) throw refusal(`ECS knows no service deployment of ${where}`);
  if (command === 'follow') return { ...plan, steps: [followStep(place, deployment, arn, revision)] };
  if (!isGoingOn(deployment)) {
    throw refusal(`no service deployment is under way: the newest one is ${deployment.status} (${nameIn(arn)})`);
  }
  if (command === 'abort') {
    const title = `have ECS roll back the deployment of ${nameIn(revision)}`;
    const late = positionOf(deployment).isCleaningUp
      ? ['ECS is stopping the old tasks already, so this can come too late. Then use command: rollback.']
      : [];
    const steps = [{ kind: 'abort-service-deployment', title, place, deployment: arn }] as const;
    return { ...plan, notes: [...plan.notes, ...late], steps };
  }
  const hooks = waitingHooks(deployment).flatMap(({ status, hookId }) =>
    status === 'AWAITING_ACTION' ? (hookId ?? []) : [],
  );
  if (hooks.length === 0) throw refusal(`no hook waits for an answer: ${formatPosition(deployment)}`);
  const title = `let the deployment of ${nameIn(revision)} go on`;
  return { ...plan, steps: [{ kind: 'continue-service-deployment', title, place, deployment: arn, hooks }] };
}

const titles: Readonly<Record<DeploymentRequest['command'], string>> = {
  status: 'The newest service deployment',
  follow: 'Follow the service deployment',
  continue: 'Continue the service deployment',
  abort: 'Roll back the service deployment',
};

const refusal = (what: string): Refusal =>
  new Refusal({ where: 'service', what, next: 'look at it with command: status' });

function notesOf({ deployment, revision = 'unknown' }: DeploymentSnapshot, place: DeploymentRequest['place']) {
  if (deployment === undefined) return ['ECS knows no service deployment of the last 90 days.'];
  const { serviceDeploymentArn = '', status = 'UNKNOWN', statusReason, createdAt, finishedAt } = deployment;
  const began = createdAt === undefined ? '' : `, created ${createdAt.toISOString()}`;
  const ended = finishedAt === undefined ? '' : `, finished ${finishedAt.toISOString()}`;
  const next = continueByHand(deployment, place);
  return [
    `${nameIn(revision)}: ${status} (service deployment ${nameIn(serviceDeploymentArn)}${began}${ended}).`,
    ...(isGoingOn(deployment) ? [`${formatPosition(deployment)}.`] : []),
    ...(statusReason === undefined ? [] : [`ECS says: ${statusReason}`]),
    ...(next === undefined ? [] : [`${next}, or with command: continue.`]),
  ];
}

/** It may take all of its bakes and hooks, and some time for its tasks. */
function followStep(
  place: DeploymentRequest['place'],
  { deploymentConfiguration = {}, createdAt }: ServiceDeployment,
  arn: string,
  revision: string,
): Step {
  const hooks = (deploymentConfiguration.lifecycleHooks ?? []).reduce((sum, hook) => {
    const { lifecycleStages = [], timeoutConfiguration } = hook;
    return sum + lifecycleStages.length * (timeoutConfiguration?.timeoutInMinutes ?? 1440) * minute;
  }, 0);
  const shifts = shiftsOf(deploymentConfiguration);
  const of = { arn, revision, since: createdAt?.getTime() ?? 0 };
  return {
    kind: 'check',
    title: `follow the deployment of ${nameIn(revision)} to its end`,
    gates: [{ kind: 'service-deployment', place, until: 'ended', targetGroups: [], drain: 0, of }],
    within: bakesIn(shifts) + hooks + (60 + 15 * shifts.steps.length) * minute,
    judges: 'what-is-there',
  };
}

/** Following changes nothing: the outcome is that of the deployment. */
async function followed(outcome: Outcome, arn: string | undefined, { aws, signal }: Runtime): Promise<Outcome> {
  if (arn === undefined || signal.aborted) return outcome;
  const deployment = await readDeployment(aws, arn).catch(() => undefined);
  if (deployment === undefined) return { ...outcome, serviceIntact: false };
  const { cause } = outcome;
  const ended = (is: Outcome['is'], serviceIntact: boolean): Outcome => ({
    is,
    serviceIntact,
    leftovers: [],
    ...defined({ cause }),
  });
  switch (progressOf(deployment)) {
    case 'succeeded':
      return outcome.is === 'succeeded' ? ended('succeeded', false) : { ...outcome, serviceIntact: false };
    case 'rolled-back':
      return ended('rolled-back', true);
    case 'rollback-failed':
      return ended('rollback-failed', false);
    case 'stopped':
      return ended('superseded', false);
    default:
      return { ...outcome, serviceIntact: false };
  }
}
