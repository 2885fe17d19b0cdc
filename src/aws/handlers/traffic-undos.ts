import type { Act } from '../../model/acts.ts';
import { second } from '../../model/duration.ts';
import { defined } from '../../model/json.ts';
import type { Place } from '../../model/place.ts';
import type { RunState } from '../../model/run-state.ts';
import { keyOfPlace } from '../../model/run-state.ts';
import type { CanaryGroup, ScalingFound, Split, Weight } from '../../model/traffic.ts';
import { concernOf, guardName, type Route, type Traffic } from '../../model/traffic.ts';
import type { Undo } from '../../model/undos.ts';
import { actionsAt, foundActions } from '../../model/weights.ts';
import { scalableTarget } from './scale-in.ts';
import { deregisterUndo } from './target.ts';

/** What every undo of a run's traffic has in common. */
interface Of {
  readonly place: Place;
  readonly run: string;
}

type UndoOf<K extends Undo['kind']> = Extract<Undo, { kind: K }>;

const returnId = ({ place, run }: Of): string => `weight 0: ${keyOfPlace(place)} ${run}`;
const resumeId = ({ place, run }: Of): string => `scale-in: ${keyOfPlace(place)} ${run}`;

const common = ({ place, run }: Of) => ({ when: 'always', place, concerns: concernOf(run), changed: 'other' }) as const;

/** Sets the canary's weight to 0, confirms it, and waits until it is in effect. All other undos wait for this one. */
export function returnUndo(
  of: Of,
  traffic: Traffic,
  weights: UndoOf<'return-traffic'>['weights'],
  more: Pick<UndoOf<'return-traffic'>, 'healthyBefore' | 'guards'>,
): UndoOf<'return-traffic'> {
  return {
    ...common(of),
    id: returnId(of),
    changed: 'traffic',
    kind: 'return-traffic',
    title: 'return all traffic to the service',
    phase: 'traffic',
    traffic,
    weights,
    ...defined(more),
    verify: {
      kind: 'check',
      gates: [{ kind: 'traffic-returned', place: of.place, traffic }],
      within: traffic.settle + 60 * second,
    },
    byHand: traffic.routes.map((route) => commandFor(of.place, route, actionsAt(route, traffic.groups, 0))).join('\n'),
  };
}

/** Restores the rules and default actions exactly. */
export const restoreRoutesUndo = (of: Of, traffic: Traffic): UndoOf<'restore-routes'> => ({
  ...common(of),
  kind: 'restore-routes',
  title: `restore the actions of ${traffic.routes.map(({ name }) => name).join(', ')}`,
  phase: 'routes',
  traffic,
  byHand: traffic.routes.map((route) => commandFor(of.place, route, foundActions(route))).join('\n'),
});

/** It waits for the scaling too, because the tags of the group say what has to be resumed. */
export const deleteGroupsUndo = (of: Of, groups: readonly CanaryGroup[]): UndoOf<'delete-target-groups'> => ({
  ...common(of),
  needs: [resumeId(of)],
  kind: 'delete-target-groups',
  title: groups.every(({ given }) => given !== undefined)
    ? 'remove the owner tags from the canary target group'
    : 'delete the canary target group',
  phase: 'compute',
  groups,
  byHand: groups
    .map(({ name, given, arn }) => {
      const { region } = of.place;
      if (given !== undefined) {
        return `aws elbv2 describe-tags --region ${region} --resource-arns ${given}   # then: aws elbv2 remove-tags`;
      }
      const found = `$(aws elbv2 describe-target-groups --region ${region} --names ${name} --query 'TargetGroups[0].TargetGroupArn' --output text)`;
      return `aws elbv2 delete-target-group --region ${region} --target-group-arn ${arn ?? found}`;
    })
    .join('\n'),
});

export function resumeUndo(of: Of, found: ScalingFound): UndoOf<'resume-scale-in'> {
  const { ServiceNamespace, ResourceId, ScalableDimension } = scalableTarget(of.place);
  const { concerns: _, ...rest } = common(of);
  return {
    ...rest,
    id: resumeId(of),
    needs: [returnId(of)],
    kind: 'resume-scale-in',
    title: 'resume scale-in of the service',
    phase: 'routes',
    found,
    byHand: `aws application-autoscaling register-scalable-target --region ${of.place.region} --service-namespace ${ServiceNamespace} --resource-id ${ResourceId} --scalable-dimension ${ScalableDimension} --suspended-state DynamicScalingInSuspended=false`,
  };
}

/** The schedules stay until weight 0 is confirmed. */
export function deleteGuardUndo(of: Of, routes: readonly Pick<Route, 'arn'>[]): UndoOf<'delete-guard'> {
  const { concerns: _, ...rest } = common(of);
  const names = routes.map((route) => guardName(of.place, of.run, route));
  return {
    ...rest,
    needs: [returnId(of)],
    kind: 'delete-guard',
    title: 'delete the schedules that would restore the listener rules',
    phase: 'routes',
    names,
    byHand: names.map((name) => `aws scheduler delete-schedule --region ${of.place.region} --name ${name}`).join('\n'),
  };
}

/** A command that needs no file. In a POSIX shell only a single quote is special inside single quotes. */
function commandFor({ region }: Place, { kind, arn }: Route, actions: unknown): string {
  const json = `'${JSON.stringify(actions).replaceAll("'", `'\\''`)}'`;
  return kind === 'rule'
    ? `aws elbv2 modify-rule --region ${region} --rule-arn ${arn} --actions ${json}`
    : `aws elbv2 modify-listener --region ${region} --listener-arn ${arn} --default-actions ${json}`;
}

/** The traffic of a plan with the ARNs of the groups that the run has created. */
export function resolved(traffic: Traffic, place: Place, { learned }: RunState): Traffic {
  const known = learned.traffic[keyOfPlace(place)]?.groups ?? {};
  return {
    ...traffic,
    groups: traffic.groups.map((group) => ({ ...group, ...defined({ arn: known[group.stable] }) })),
  };
}

/** All weights that a plan writes. */
export const weightsIn = ({ plan }: RunState): readonly Weight[] => [
  ...new Set([0, ...plan.steps.flatMap((step) => (step.kind === 'set-weight' ? [step.weight, step.from] : []))]),
];

/** The act of a kind in the plan. */
export const actIn = <K extends Act['kind']>({ plan }: RunState, kind: K): Extract<Act, { kind: K }> | undefined =>
  plan.steps.find((step): step is typeof step & Extract<Act, { kind: K }> => step.kind === kind);

/** The undos for what a dead run has left. */
export function splitUndos(split: Split, tasks: readonly Undo[]): readonly Undo[] {
  const { place, run, traffic, targets, drain, scaling, guards } = split;
  const of = { place, run };
  const title = 'deregister the canary of an earlier run from its target groups';
  return [
    deleteGroupsUndo(of, traffic.groups),
    ...tasks.map((undo) => ({ ...undo, concerns: concernOf(run) })),
    ...(traffic.routes.length === 0 ? [] : [restoreRoutesUndo(of, traffic)]),
    ...(targets.length === 0 ? [] : [{ ...deregisterUndo(place, targets, drain, title), concerns: concernOf(run) }]),
    ...(scaling === undefined || scaling.scaleInSuspended ? [] : [resumeUndo(of, scaling)]),
    ...(guards.length === 0 ? [] : [deleteGuardUndo(of, traffic.routes)]),
    ...(traffic.routes.length === 0 ? [] : [returnUndo(of, traffic, 'any', { guards })]),
  ];
}
