import { type JsonObject, number, object, text } from './json.ts';
import type { LifecycleHook, NativePhase, NativeProgress, ServiceDeployment } from './records.ts';

const minute = 60_000;

/** The stages that a deployment goes through, with the shares of traffic of its strategy. */
function nativePhases(configuration: JsonObject, revisions: number): readonly NativePhase[] {
  const stage = (name: string): NativePhase => ({ stage: name, bakeMs: 0 });
  const first = revisions === 0;
  const shifts = first ? [{ percent: 100, bakeMs: 0 }] : shiftsOf(configuration);
  return [
    ...(revisions > 1 ? [stage('RECONCILE_SERVICE')] : []),
    ...['PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'].map(stage),
    ...shifts.flatMap(({ percent, bakeMs }) => [
      stage('PRE_PRODUCTION_TRAFFIC_SHIFT'),
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', shift: percent, bakeMs },
    ]),
    stage('POST_PRODUCTION_TRAFFIC_SHIFT'),
    { stage: 'BAKE_TIME', bakeMs: first ? 0 : (number(configuration.bakeTimeInMinutes) ?? 0) * minute },
    stage('CLEAN_UP'),
  ];
}

function shiftsOf(configuration: JsonObject): readonly { readonly percent: number; readonly bakeMs: number }[] {
  const all = { percent: 100, bakeMs: 0 };
  if (configuration.strategy === 'CANARY') {
    const { canaryPercent, canaryBakeTimeInMinutes } = object(configuration.canaryConfiguration);
    const percent = number(canaryPercent) ?? 5;
    const bakeMs = (number(canaryBakeTimeInMinutes) ?? 10) * minute;
    return percent >= 100 ? [all] : [{ percent, bakeMs }, all];
  }
  if (configuration.strategy !== 'LINEAR') return [all];
  const { stepPercent, stepBakeTimeInMinutes } = object(configuration.linearConfiguration);
  const step = number(stepPercent) ?? 10;
  const bakeMs = (number(stepBakeTimeInMinutes) ?? 6) * minute;
  const count = Math.ceil(100 / step - 1e-9);
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? all : { percent: Math.round((i + 1) * step * 10) / 10, bakeMs },
  );
}

/** The progress of a deployment that begins; none with the strategy ROLLING. `revisions`: how many the service runs. */
export function newProgress(configuration: JsonObject, revisions: number): NativeProgress | undefined {
  if ((text(configuration.strategy) ?? 'ROLLING') === 'ROLLING') return undefined;
  return {
    phases: nativePhases(configuration, revisions),
    phase: 0,
    entered: false,
    hooks: [],
    until: undefined,
    production: 0,
    test: 0,
  };
}

/** The stage in which a deployment is. */
export const stageOf = ({ native }: ServiceDeployment): string | undefined =>
  native === undefined ? undefined : (native.phases[native.phase] ?? native.phases.at(-1))?.stage;

/** The hooks that the deployment has reached, as DescribeServiceDeployments shows them. */
const describeHooks = (hooks: readonly LifecycleHook[]): readonly JsonObject[] =>
  hooks.map(({ id, targetType, targetArn, status, expiresAt, timeoutAction }) => ({
    hookId: id,
    targetType,
    ...(targetArn === undefined ? {} : { targetArn }),
    status,
    expiresAt,
    timeoutAction,
  }));

/** What DescribeServiceDeployments shows of a native deployment. */
export function describeProgress(record: ServiceDeployment): JsonObject {
  const { native, finishedAt } = record;
  if (native === undefined) return {};
  return {
    lifecycleStage: finishedAt === undefined ? stageOf(record) : undefined,
    lifecycleHookDetails: describeHooks(native.hooks),
  };
}

/** The requested traffic of a revision of the deployment, in percent. */
export function describeWeights({ native, target }: ServiceDeployment, arn: string): JsonObject {
  if (native === undefined) return {};
  const share = (percent: number): number => (arn === target.arn ? percent : 100 - percent);
  return {
    requestedProductionTrafficWeight: share(native.production),
    requestedTestTrafficWeight: share(native.test),
  };
}
