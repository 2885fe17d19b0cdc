import { minute, second } from '../../src/model/duration.ts';
import type { Event, TimedEvent } from '../../src/model/event.ts';
import type { Gates } from '../../src/model/gates.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Place } from '../../src/model/place.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { Report } from '../../src/model/report.ts';
import type { Undo } from '../../src/model/undos.ts';
import { type Evidence, fail, pass, type Verdict, wait } from '../../src/model/verdict.ts';
import { createReporter } from '../../src/report/reporter.ts';

// Runs as they go in life, told as streams of events.

export const place: Place = { region: 'us-west-2', cluster: 'prod', service: 'web' };
export const begin = Date.UTC(2026, 10, 21, 3, 14, 7);
const account = 'us-west-2:123456789012';
export const arn = {
  revision: `arn:aws:ecs:${account}:task-definition/web:42`,
  previous: `arn:aws:ecs:${account}:task-definition/web:41`,
  canary: `arn:aws:ecs:${account}:task/prod/0f1e2d3c4b5a69788796a5b4c3d2e1f0`,
  tgWeb: `arn:aws:elasticloadbalancing:${account}:targetgroup/tg-web/6d0ecf831eec9f09`,
  tgApi: `arn:aws:elasticloadbalancing:${account}:targetgroup/tg-api/73e2d6bc24d8a067`,
  service: `arn:aws:ecs:${account}:service/prod/web`,
};

type Told = { readonly after: number; readonly event: Event };

/** The Report of a run and the events that its log is made of; times are in milliseconds since the run began. */
export function tell(
  outcome: Outcome,
  told: readonly Told[],
  took: number,
  about: { readonly command?: string; readonly place?: Place } = { place },
): { readonly events: readonly TimedEvent[]; readonly report: Report } {
  const events: TimedEvent[] = [];
  let now = begin;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const reporter = createReporter({ command: 'rollout', ...about }, clock, (event) => events.push(event));
  for (const { after, event } of told) {
    now = begin + after;
    reporter.report(event);
  }
  now = begin + took;
  reporter.report({ kind: 'ended', outcome });
  return { events, report: reporter.read(outcome) };
}

const at = (seconds: number, event: Event): Told => ({ after: seconds * second, event });
const step = (seconds: number, index: number, is: 'begun' | 'done' | 'failed' | 'stopped', because?: string): Told =>
  at(seconds, { kind: 'step', index, is, ...(because === undefined ? {} : { because }) });
const answer = (seconds: number, gate: string, verdict: Verdict): Told =>
  at(seconds, { kind: 'verdict', gate, verdict });
const undone = (seconds: number, undo: Undo, is: 'begun' | 'asked' | 'verified' | 'failed', because?: string): Told =>
  at(seconds, { kind: 'undo', undo, is, ...(because === undefined ? {} : { because }) });
const happens = (seconds: number, message: string): Told =>
  at(seconds, { kind: 'service-event', happened: begin + seconds * second - 2000, message });
const call = (seconds: number, operation: string, error?: string): Told =>
  at(seconds, { kind: 'call', operation, took: 83, ...(error === undefined ? {} : { error }) });

const check = (title: string, ...gates: Gates): Step => ({ kind: 'check', title, gates, within: 15 * minute });

const steps = {
  register: {
    kind: 'register-revision',
    as: 'revision',
    title: 'register the new revision of web',
    definition: { family: 'web', containerDefinitions: [] },
  },
  start: {
    kind: 'start-canary',
    as: 'canary',
    revision: { registered: 'revision' },
    title: 'start one canary task beside the service',
    place,
    run: '123-deploy',
    task: { cluster: 'prod', startedBy: 'ecs-canary/web' },
    stopWithin: 15 * minute,
  },
  running: check('wait until the canary runs', { kind: 'tasks-running', of: 'canary' }),
  healthy: check(
    'wait until its containers are healthy',
    { kind: 'tasks-running', of: 'canary' },
    { kind: 'containers-healthy', of: 'canary', containers: ['app'], every: 10 * second },
  ),
  targets: {
    kind: 'register-targets',
    title: 'register the canary with tg-web and tg-api',
    of: 'canary',
    place,
    attachments: [],
  },
  answering: check(
    'wait until the canary is healthy in every target group',
    { kind: 'tasks-running', of: 'canary' },
    { kind: 'targets-healthy', of: 'canary', grace: 0 },
  ),
  bake: {
    kind: 'bake',
    title: 'watch the canary under traffic',
    gates: [
      { kind: 'targets-healthy', of: 'canary', grace: 0 },
      { kind: 'alarms-quiet', alarms: ['web-5xx'] },
    ],
    during: 2 * minute,
  },
  promote: {
    kind: 'promote',
    revision: { registered: 'revision' },
    title: 'update the service web',
    place,
    settings: {},
    restore: { to: arn.previous, before: 'ecs-svc/1', within: 15 * minute },
    rivals: { startedBy: 'ecs-canary/web', run: 'r', attempt: 1, swept: [] },
  },
  carries: check('wait until the new revision carries traffic', { kind: 'serving-traffic', place }),
  retire: { kind: 'retire', title: 'retire the canary' },
  stable: check('wait until the service is stable', { kind: 'service-stable', place }),
} as const satisfies Record<string, Step>;

const title = 'Rollout of web in prod (us-west-2) through one canary task';
const all = [
  steps.register,
  steps.start,
  steps.running,
  steps.healthy,
  steps.targets,
  steps.answering,
  steps.bake,
  steps.promote,
  steps.carries,
  steps.retire,
  steps.stable,
];
export const fullPlan: Plan = {
  title,
  steps: all,
  changes: [
    {
      kind: 'changed',
      subject: { kind: 'container', name: 'web' },
      what: 'containerDefinitions[web].image',
      before: 'web:1.4.1',
      after: 'web:1.4.2',
      from: { kind: 'input', inputs: ['image-tag'] },
    },
  ],
  notes: ['The canary meets the traffic of tg-web and tg-api while it is watched.'],
};

export const stop: Undo = {
  when: 'always',
  kind: 'stop-tasks',
  title: 'stop the canary task',
  place,
  changed: 'other',
  phase: 'compute',
  cluster: 'prod',
  startedBy: 'ecs-canary/web',
  run: '123-deploy',
  byHand: `aws ecs stop-task --region us-west-2 --cluster prod --task ${arn.canary}`,
};
const deregister: Undo = {
  when: 'always',
  kind: 'deregister-targets',
  title: 'deregister the canary from tg-web and tg-api',
  place,
  changed: 'other',
  phase: 'drain',
  targets: [{ targetGroup: arn.tgWeb, id: '10.0.1.5', port: 8080 }],
  byHand: `aws elbv2 deregister-targets --region us-west-2 --target-group-arn ${arn.tgWeb} --targets Id=10.0.1.5,Port=8080`,
};
const restore: Undo = {
  when: 'on-failure',
  kind: 'restore-service',
  title: 'roll web back to web:41',
  place,
  changed: 'service',
  phase: 'traffic',
  ours: arn.revision,
  restore: { to: arn.previous, before: 'ecs-svc/1', within: 15 * minute },
  byHand: 'aws ecs update-service --region us-west-2 --cluster prod --service web --task-definition web:41',
};

const toCanary: readonly Told[] = [
  at(0, { kind: 'fact', name: 'service-arn', value: arn.service }),
  at(0, { kind: 'fact', name: 'previous-task-definition-arn', value: arn.previous }),
  at(0, { kind: 'planned', plan: fullPlan }),
  step(0, 0, 'begun'),
  call(0.6, 'ecs:RegisterTaskDefinition'),
  at(0.6, { kind: 'fact', name: 'task-definition-arn', value: arn.revision }),
  step(0.6, 0, 'done'),
  step(0.6, 1, 'begun'),
  call(1.4, 'ecs:RunTask'),
  at(1.4, { kind: 'fact', name: 'canary-task-arn', value: arn.canary }),
  step(1.4, 1, 'done'),
  step(1.4, 2, 'begun'),
  answer(2, 'tasks-running', wait('the canary was just started', { again: 4 * second })),
  answer(6, 'tasks-running', wait('the canary is PROVISIONING', { again: 4 * second })),
  call(6, 'ecs:DescribeTasks'),
  answer(19, 'tasks-running', wait('the canary is PENDING', { again: 4 * second })),
];

const pullError =
  'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.us-west-2.amazonaws.com/web:no-pull: 123456789012.dkr.ecr.us-west-2.amazonaws.com/web:no-pull: not found';
const pullEvidence: Evidence = {
  kind: 'task',
  task: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  status: 'STOPPED',
  stopCode: 'TaskFailedToStart',
  stoppedReason: pullError,
  containers: [
    {
      name: 'app',
      image: '123456789012.dkr.ecr.us-west-2.amazonaws.com/web:no-pull',
      status: 'STOPPED',
      health: 'UNKNOWN',
      reason: pullError,
    },
    { name: 'envoy', image: 'public.ecr.aws/envoy:v1.31', status: 'STOPPED', health: 'UNKNOWN' },
  ],
};
const pullNext =
  'The image or its tag does not exist in the registry: check the name, and that it was pushed before this step.';

/** The image of the canary cannot be pulled. */
export const rejected = tell(
  {
    is: 'rejected',
    serviceIntact: true,
    cause: {
      what: steps.running.title,
      because: `the canary stopped: ${pullError}`,
      evidence: [pullEvidence],
      next: pullNext,
    },
    leftovers: [],
  },
  [
    ...toCanary,
    answer(36, 'tasks-running', fail(`the canary stopped: ${pullError}`, { evidence: [pullEvidence], next: pullNext })),
    step(36, 2, 'failed'),
    undone(36, stop, 'begun'),
    undone(36.4, stop, 'asked'),
    answer(36.8, 'tasks-stopped', pass('the canary has stopped')),
    undone(36.8, stop, 'verified'),
  ],
  36.9 * second,
);

const toPromoted: readonly Told[] = [
  ...toCanary,
  answer(31, 'tasks-running', pass('the canary 0f1e2d3c4b5a69788796a5b4c3d2e1f0 is RUNNING')),
  step(31, 2, 'done'),
  step(31, 3, 'begun'),
  answer(31, 'tasks-running', pass('the canary 0f1e2d3c4b5a69788796a5b4c3d2e1f0 is RUNNING')),
  answer(31, 'containers-healthy', wait('container app is UNKNOWN', { again: 4 * second })),
  answer(47, 'containers-healthy', pass('HEALTHY: app')),
  step(47, 3, 'done'),
  step(47, 4, 'begun'),
  step(48, 4, 'done'),
  step(48, 5, 'begun'),
  answer(
    48,
    'targets-healthy',
    wait('10.0.1.5:8080 in tg-web is initial (Elb.RegistrationInProgress)', { again: 10 * second }),
  ),
  at(58, {
    kind: 'retry',
    operation: 'elbv2:DescribeTargetHealth',
    because: 'ThrottlingException: Rate exceeded',
    after: 2 * second,
  }),
  at(60, {
    kind: 'retry',
    operation: 'elbv2:DescribeTargetHealth',
    because: 'ThrottlingException: Rate exceeded',
    after: 4 * second,
  }),
  answer(
    69,
    'targets-healthy',
    wait('10.0.1.5:9090 in tg-api is initial (Elb.InitialHealthChecking)', { again: 30 * second }),
  ),
  answer(99, 'targets-healthy', pass('healthy: 10.0.1.5:8080 in tg-web, 10.0.1.5:9090 in tg-api')),
  step(99, 5, 'done'),
  step(99, 6, 'begun'),
  answer(99, 'targets-healthy', pass('healthy: 10.0.1.5:8080 in tg-web, 10.0.1.5:9090 in tg-api')),
  answer(99, 'alarms-quiet', pass('quiet: web-5xx')),
  at(159, {
    kind: 'waiting',
    since: 60 * second,
    left: 60 * second,
    verdicts: [{ gate: 'alarms-quiet', verdict: pass('quiet: web-5xx') }],
  }),
  step(219, 6, 'done'),
  step(219, 7, 'begun'),
  call(220, 'ecs:UpdateService'),
  at(220, { kind: 'fact', name: 'deployment-id', value: 'ecs-svc/7316429508154263789' }),
  step(220, 7, 'done'),
  step(220, 8, 'begun'),
  answer(221, 'serving-traffic', wait('web:42 has 0 of 2 tasks running', { again: 5 * second })),
  happens(240, '(service web) has started 2 tasks: (task 4b5a6978) (task 8796a5b4).'),
];

/** All goes well, with two target groups. */
export const succeeded = tell(
  { is: 'succeeded', serviceIntact: false, leftovers: [] },
  [
    ...toPromoted,
    answer(262, 'serving-traffic', pass('web:42 has a healthy target in tg-web and tg-api')),
    step(262, 8, 'done'),
    step(262, 9, 'begun'),
    step(262, 9, 'done'),
    step(262, 10, 'begun'),
    undone(262, deregister, 'begun'),
    answer(
      262,
      'service-stable',
      wait('IN_PROGRESS: web:42 has 1 of 2 tasks running, web:41 has 2', { again: 5 * second }),
    ),
    undone(262.5, deregister, 'asked'),
    answer(263, 'targets-drained', wait('10.0.1.5:8080 in tg-web is draining', { again: 30 * second })),
    happens(280, '(service web) registered 1 targets in (target-group tg-web)'),
    answer(293, 'targets-drained', pass('drained')),
    undone(293, deregister, 'verified'),
    undone(293, stop, 'begun'),
    undone(294, stop, 'asked'),
    answer(318, 'tasks-stopped', pass('the canary has stopped')),
    undone(318, stop, 'verified'),
    happens(340, '(service web) has reached a steady state.'),
    answer(341, 'service-stable', pass('COMPLETED: web:42 has 2 of 2 tasks running')),
    step(341, 10, 'done'),
  ],
  341.2 * second,
);

const circuit = 'ECS deployment circuit breaker: tasks failed to start.';
const deploymentEvidence: readonly Evidence[] = [
  {
    kind: 'deployment',
    id: 'ecs-svc/7316429508154263789',
    taskDefinition: arn.revision,
    state: 'FAILED',
    because: circuit,
    desired: 2,
    running: 0,
    failed: 3,
  },
  {
    kind: 'task',
    task: '4b5a69788796a5b4c3d2e1f00f1e2d3c',
    status: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      {
        name: 'app',
        image: 'web:42',
        status: 'STOPPED',
        health: 'UNHEALTHY',
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
      },
    ],
  },
  {
    kind: 'target',
    targetGroup: arn.tgWeb,
    target: '10.0.2.9:8080',
    state: 'unhealthy',
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [502]',
  },
  {
    kind: 'alarm',
    alarm: 'web-5xx',
    state: 'ALARM',
    because: 'Threshold Crossed: 1 datapoint [31.0] was greater than the threshold (5.0)',
  },
];
const circuitBecause = `ECS says that deployment ecs-svc/7316429508154263789 is FAILED: ${circuit}`;
const outOfMemory = 'The container used more memory than it has: raise memory, or find the leak.';

const toCircuit: readonly Told[] = [
  ...toPromoted,
  happens(300, '(service web) (task 4b5a6978) failed container health checks.'),
  at(322, {
    kind: 'waiting',
    since: 102 * second,
    left: 798 * second,
    verdicts: [{ gate: 'serving-traffic', verdict: wait('web:42 has 0 of 2 tasks running') }],
  }),
  happens(355, '(service web) (deployment ecs-svc/7316429508154263789) deployment failed: tasks failed to start.'),
  answer(360, 'serving-traffic', fail(circuitBecause, { evidence: deploymentEvidence, next: outOfMemory })),
  step(360, 8, 'failed'),
  undone(360, restore, 'begun'),
  undone(360, deregister, 'begun'),
  undone(361, restore, 'asked'),
  undone(361, deregister, 'asked'),
  answer(361, 'service-restored', wait('web:41 has 1 of 2 tasks running', { again: 5 * second })),
];
const circuitCause = {
  what: steps.carries.title,
  because: circuitBecause,
  evidence: deploymentEvidence,
  next: outOfMemory,
};

/** The new revision dies in the service, and the old one is brought back. */
export const rolledBack = tell(
  { is: 'rolled-back', serviceIntact: true, cause: circuitCause, leftovers: [] },
  [
    ...toCircuit,
    answer(391, 'targets-drained', pass('drained')),
    undone(391, deregister, 'verified'),
    undone(391, stop, 'begun'),
    undone(392, stop, 'asked'),
    undone(410, stop, 'verified'),
    answer(431, 'service-restored', pass('web runs web:41 again, 2 of 2 tasks')),
    undone(431, restore, 'verified'),
  ],
  431.5 * second,
);

/** The old revision does not come back either. */
export const rollbackFailed = tell(
  {
    is: 'rollback-failed',
    serviceIntact: false,
    cause: circuitCause,
    leftovers: [
      {
        what: restore.title,
        because: 'requested, but not confirmed: service-restored: not within 15m: web:41 has 1 of 2 tasks running',
        byHand: restore.byHand,
      },
    ],
  },
  [
    ...toCircuit,
    undone(391, deregister, 'verified'),
    undone(391, stop, 'begun'),
    undone(392, stop, 'verified'),
    undone(
      1261,
      restore,
      'failed',
      'requested, but not confirmed: service-restored: not within 15m: web:41 has 1 of 2 tasks running',
    ),
  ],
  1262 * second,
);

const denied =
  'User: arn:aws:sts::123456789012:assumed-role/deploy/gh is not authorized to perform: ecs:RunTask on resource: arn:aws:ecs:us-west-2:123456789012:task-definition/web:42';

/** AWS refuses to start the canary. */
export const refusedCall = tell(
  {
    is: 'failed',
    serviceIntact: true,
    cause: {
      what: steps.start.title,
      because: `ecs:RunTask: ${denied} (AccessDeniedException, request id 7d1c6f0a-3b0e-4d5a-9f57-1c2d3e4f5a6b)`,
      evidence: [
        {
          kind: 'call',
          operation: 'ecs:RunTask',
          code: 'AccessDeniedException',
          message: denied,
          requestId: '7d1c6f0a-3b0e-4d5a-9f57-1c2d3e4f5a6b',
        },
      ],
      next: 'Allow ecs:RunTask on arn:aws:ecs:us-west-2:123456789012:task-definition/web:* for the role of this job.',
    },
    leftovers: [],
  },
  [
    ...toCanary.slice(0, 8),
    call(1, 'ecs:RunTask', 'AccessDeniedException'),
    step(1, 1, 'failed', 'ecs:RunTask: User … is not authorized (AccessDeniedException, request id …)'),
  ],
  1.1 * second,
);

/** What a rollout would do. */
export const planned = tell({ is: 'planned', serviceIntact: true, leftovers: [] }, toCanary.slice(0, 3), 0.4 * second);

/** Somebody cancels the job while the canary starts. */
export const cancelled = tell(
  {
    is: 'cancelled',
    serviceIntact: true,
    cause: { what: steps.running.title, because: 'the job was cancelled (SIGINT)', evidence: [], next: '' },
    leftovers: [],
  },
  [...toCanary, step(21, 2, 'stopped')],
  21 * second,
);
