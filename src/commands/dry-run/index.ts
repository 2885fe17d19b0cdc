import { isDeepStrictEqual } from 'node:util';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Aws } from '../../aws/client/account.ts';
import { readNewest } from '../../aws/handlers/revision.ts';
import { alarmChecks } from '../../aws/preflight/alarm.ts';
import { gateChecks } from '../../aws/preflight/gate.ts';
import { imageChecks } from '../../aws/preflight/image.ts';
import { type PreflightCheck, runChecks } from '../../aws/preflight/inspect.ts';
import { roomCheck } from '../../aws/preflight/instance.ts';
import { logGroupChecks } from '../../aws/preflight/log-group.ts';
import { networkChecks } from '../../aws/preflight/network.ts';
import { roleChecks } from '../../aws/preflight/role.ts';
import { secretChecks } from '../../aws/preflight/secret.ts';
import { readStart } from '../../aws/preflight/start.ts';
import { nameIn, numberIn } from '../../model/arn.ts';
import type { Change } from '../../model/change.ts';
import { withDeadline } from '../../model/clock.ts';
import { type Duration, second } from '../../model/duration.ts';
import type { Gate } from '../../model/gates.ts';
import { defined } from '../../model/json.ts';
import { runsOnFargate } from '../../model/launch.ts';
import type { Plan } from '../../model/plan.ts';
import { fixedPorts } from '../../model/ports.ts';
import type { Capacity, Finding } from '../../model/preview.ts';
import type { Revision } from '../../model/snapshot.ts';
import { valuesIn } from '../../task-definition/compare.ts';
import { toRequest } from '../../task-definition/described.ts';
import type { Runtime } from '../command-runtime.ts';
import { type Resolved, wantedOf } from '../rollout/comparison.ts';
import { gatesInUse } from '../rollout/measured-gates.ts';
import { driftOf, serviceAfter } from '../rollout/settings.ts';
import { strategies } from '../rollout/strategies/index.ts';
import { capacityOf, openSize, sizeOf } from './capacity.ts';
import { timesOf, totalOf } from './estimate.ts';
import { findProblems, revisionFinding, timeoutFindings } from './preflight.ts';

/** Adds the preview to a plan. It only reads, and a failed lookup never fails the dry run. */
export async function previewed(plan: Plan, rollout: Resolved, runtime: Runtime): Promise<Plan> {
  const { request, snapshot, comparison } = rollout;
  const wanted = wantedOf(request, snapshot);
  const { stable } = snapshot;
  const { family = '' } = stable.definition;
  const canaries = strategies[request.strategy].canaries(request, snapshot);
  const deployment = capacityOf(request, snapshot, wanted, canaries);
  const [inspected, start, newest, before] = await Promise.all([
    runChecks([...inspectionsOf(rollout, wanted, deployment), ...gatesOf(rollout)], runtime),
    glance(readStart(runtime.aws, request.place), runtime),
    glance(readNewest(runtime.aws, family), runtime),
    glance(revisionBefore(runtime.aws, stable), runtime),
  ]);
  const pace = { attachments: snapshot.attachments, deployment: deployment.deployment, containers: intervalIn(plan) };
  const times = timesOf(plan.steps, { ...pace, ...defined({ start }) });
  const findings = [
    ...inspected,
    ...findProblems(request, snapshot, comparison, plan),
    ...timeoutFindings(plan.steps, times),
    ...revisionFinding(request, snapshot, newest),
  ];
  return {
    ...plan,
    changes: before === undefined ? plan.changes : plan.changes.map(takenBack(wanted, stable, before)),
    preview: {
      findings: inOrder(findings),
      drift: driftOf(request, snapshot),
      times,
      total: totalOf(times),
      capacity: deployment,
    },
  };
}

const order: readonly Finding['is'][] = ['problem', 'warning', 'cannot-tell', 'ok'];
const inOrder = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => order.indexOf(a.is) - order.indexOf(b.is));

/** Reads something optional: undefined if it fails or takes too long. */
async function glance<T>(work: Promise<T>, runtime: Pick<Runtime, 'clock' | 'signal'>): Promise<T | undefined> {
  return withDeadline(
    10 * second,
    () => work,
    runtime,
    () => undefined,
  ).catch(() => undefined);
}

function revisionBefore(aws: Aws, { definition }: Revision): Promise<Revision | undefined> {
  const { family = '', revision = 0 } = definition;
  return revision < 2 ? Promise.resolve(undefined) : readNewest(aws, `${family}:${revision - 1}`);
}

/** Marks changes that revert what the live revision introduced. */
function takenBack(wanted: object, stable: Revision, before: Revision): (change: Change) => Change {
  const [after, live, earlier] = [
    wanted,
    toRequest(stable.definition, stable.tags),
    toRequest(before.definition, before.tags),
  ].map(valuesIn);
  const arn = stable.definition.taskDefinitionArn ?? '';
  return (change) => {
    const values = [after, earlier, live].map((all) => all?.get(change.what));
    const [now, then, between] = values;
    const back = change.subject.kind !== 'service' && isDeepStrictEqual(now, then) && !isDeepStrictEqual(between, then);
    // A path with a redacted part is in no definition.
    const known = values.some((value) => value !== undefined);
    return back && known && numberIn(arn) > 1 ? { ...change, reverts: nameIn(arn) } : change;
  };
}

const intervalIn = ({ steps }: Plan): Duration => {
  const gates = steps.flatMap((step): readonly Gate[] => ('gates' in step ? step.gates : []));
  return Math.max(0, ...gates.map((gate) => (gate.kind === 'containers-healthy' ? gate.every : 0)));
};

const gatesOf = ({ request, snapshot }: Resolved): readonly PreflightCheck[] =>
  gateChecks(gatesInUse(request), {
    stable: nameIn(snapshot.stable.definition.taskDefinitionArn ?? ''),
    at: snapshot.at,
  });

function inspectionsOf(
  { request, snapshot }: Resolved,
  wanted: RegisterTaskDefinitionRequest,
  capacity: Capacity,
): readonly PreflightCheck[] {
  const { service, attachments, instance, portRoom, canaries } = snapshot;
  const after = serviceAfter(request, snapshot);
  const fargate = runsOnFargate(after) ?? wanted.requiresCompatibilities?.includes('FARGATE') ?? false;
  const noPort = service.schedulingStrategy === 'DAEMON' && portRoom?.free === 0 && canaries.length === 0;
  const account = service.serviceArn?.split(':')[4];
  const { canary, more } = capacity;
  const room = {
    cluster: request.place.cluster,
    task: sizeOf(wanted),
    shown: openSize(request, wanted),
    ports: fixedPorts(wanted),
    grows: (after.capacityProviderStrategy ?? []).length > 0,
    ...defined({ instance }),
  };
  return [
    ...imageChecks(wanted, fargate),
    ...roleChecks(wanted, fargate),
    ...logGroupChecks(wanted),
    ...secretChecks(wanted, account),
    ...networkChecks({
      definition: wanted,
      network: after.networkConfiguration?.awsvpcConfiguration,
      attachments,
      addresses: { canary: (canary?.addresses ?? 0) * (canary?.tasks ?? 1), all: more.addresses },
    }),
    // Another instance would get a task of the DAEMON service too, so it makes no room.
    ...(fargate || after.launchType === 'EXTERNAL' || noPort ? [] : [roomCheck(room)]),
    ...alarmChecks(after),
  ];
}
