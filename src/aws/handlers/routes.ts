import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Duration, second } from '../../model/duration.ts';
import { Failure, formatError, inPart } from '../../model/failure.ts';
import type { CanaryGroup, Route, Weight } from '../../model/traffic.ts';
import { foundActions, sameActions, weightIn } from '../../model/weights.ts';
import type { Aws } from '../client/account.ts';
import { codeOf } from '../client/errors.ts';
import { inChunks } from '../client/pages.ts';
import { type HandlerContext, type Sleep, sleepOn } from './context.ts';

/** The actions of routes now, by their ARNs; a route that was deleted is absent. */
export type ActionsNow = ReadonlyMap<string, readonly Action[]>;

/** Reads routes with one call for all rules and one for all listeners. */
export async function readRoutes(aws: Aws, routes: readonly Route[]): Promise<ActionsNow> {
  const [rules, listeners] = await Promise.all([
    readEach(routes, 'rule', (arns) => readRules(aws, arns)),
    readEach(routes, 'default-action', (arns) => readListeners(aws, arns)),
  ]);
  return new Map([...rules, ...listeners]);
}

type Read = readonly (readonly [arn: string, actions: readonly Action[]])[];

async function readEach(
  routes: readonly Route[],
  kind: Route['kind'],
  read: (arns: readonly string[]) => Promise<Read>,
): Promise<Read> {
  const arns = routes.flatMap((route) => (route.kind === kind ? [route.arn] : []));
  return (await Promise.all(inChunks(arns, 20).map((part) => readOrFewer(part, read)))).flat();
}

/** ELB refuses the whole call when one of several ARNs does not exist. */
async function readOrFewer(arns: readonly string[], read: (arns: readonly string[]) => Promise<Read>): Promise<Read> {
  try {
    return await read(arns);
  } catch (error) {
    if (!(error instanceof Failure) || !/RuleNotFound|ListenerNotFound/.test(codeOf(error))) throw error;
    if (arns.length <= 1) return [];
    return (await Promise.all(arns.map((arn) => readOrFewer([arn], read)))).flat();
  }
}

async function readRules(aws: Aws, arns: readonly string[]): Promise<Read> {
  const { Rules = [] } = await aws.call('elasticloadbalancing', 'DescribeRules', { RuleArns: [...arns] });
  return Rules.map(({ RuleArn = '', Actions = [] }) => [RuleArn, Actions] as const);
}

async function readListeners(aws: Aws, arns: readonly string[]): Promise<Read> {
  const { Listeners = [] } = await aws.call('elasticloadbalancing', 'DescribeListeners', { ListenerArns: [...arns] });
  return Listeners.map(({ ListenerArn = '', DefaultActions = [] }) => [ListenerArn, DefaultActions] as const);
}

/** Replaces the actions of a route: of a rule by ModifyRule, of a listener's default action by ModifyListener. */
export async function writeRoute(aws: Aws, { kind, arn }: Route, actions: readonly Action[]): Promise<void> {
  if (kind === 'rule') {
    await aws.call('elasticloadbalancing', 'ModifyRule', { RuleArn: arn, Actions: [...actions] });
  } else {
    await aws.call('elasticloadbalancing', 'ModifyListener', { ListenerArn: arn, DefaultActions: [...actions] });
  }
}

/** Interval of the reads that confirm a write. */
const readAgain: Duration = 1.5 * second;
const mostReads = 6;

/** Reads routes until they show what was written. Throws a Failure if they stay different. */
export async function readBack(
  aws: Aws,
  routes: readonly Route[],
  isWritten: (route: Route, actions: readonly Action[] | undefined) => boolean,
  sleep: Sleep,
): Promise<void> {
  for (let look = 1; ; look++) {
    const now = await readRoutes(aws, routes);
    const different = routes.filter((route) => !isWritten(route, now.get(route.arn)));
    if (different.length === 0) return;
    if (look === mostReads) {
      const names = different.map(({ name }) => name).join(', ');
      const because = `ELB does not show the actions that were written: ${names}`;
      throw new Failure('read the routes back', { kind: 'unanswered-call', because });
    }
    await sleep(readAgain);
  }
}

/** How another process has changed a route. `superseded`: the canary receives nothing there. Otherwise the run leaves it alone. */
export function foreignChange(
  route: Route,
  actions: readonly Action[] | undefined,
  groups: readonly CanaryGroup[],
): { readonly because: string; readonly superseded: boolean } {
  if (actions === undefined) return { because: `${route.name} was deleted during the rollout`, superseded: true };
  // The canary was not to be in it yet.
  if (groups.length === 0) {
    return { because: `another process changed the actions of ${route.name}`, superseded: true };
  }
  const weight = weightIn(actions, groups);
  const share =
    weight === undefined ? 'the canary is no longer in it' : `the canary has a weight of ${formatWeight(weight)} there`;
  return {
    because: `another process changed the actions of ${route.name}: ${share}`,
    superseded: weight === undefined || weight === 0,
  };
}

/** A weight in percent, such as `25 %` or `0.5 %`. */
export const formatWeight = (weight: Weight): string => `${weight / 10} %`;

export const foreignFailure = (what: string, { because, superseded }: ReturnType<typeof foreignChange>): Failure =>
  new Failure(what, {
    kind: superseded ? 'superseded' : 'verdict',
    because,
    next: 'Find out what changed it: an infrastructure deployment, a controller or a person. The action did not overwrite that change.',
  });

/** One change of all routes. */
export interface Rewrite {
  readonly what: string;
  readonly routes: readonly Route[];
  readonly groups: readonly CanaryGroup[];
  /** Whether this run wrote these actions. */
  readonly isOurs: (route: Route, actions: readonly Action[]) => boolean;
  readonly wanted: (route: Route) => readonly Action[];
}

/**
 * Rewrites routes one after the other. Each is read directly before it is written: two writers would overwrite each other
 * silently. If one cannot be changed, those before it are undone immediately.
 */
export async function rewriteRoutes(
  context: Pick<HandlerContext, 'aws' | 'clock' | 'signal'>,
  change: Rewrite,
): Promise<void> {
  const { aws } = context;
  const written: (readonly [Route, readonly Action[]])[] = [];
  try {
    for (const route of change.routes) {
      const actions = (await readRoutes(aws, [route])).get(route.arn);
      if (actions !== undefined && sameActions(actions, change.wanted(route))) continue;
      if (actions === undefined || !change.isOurs(route, actions)) {
        throw foreignFailure(change.what, foreignChange(route, actions, change.groups));
      }
      written.push([route, actions]);
      await writeRoute(aws, route, change.wanted(route));
    }
    const isWritten = (route: Route, actions: readonly Action[] | undefined): boolean =>
      actions !== undefined && sameActions(actions, change.wanted(route));
    await readBack(aws, change.routes, isWritten, sleepOn(context));
  } catch (error) {
    if (context.signal.aborted) throw error;
    const changedBack = await undoRewrite(aws, written, change, error);
    // For a moment routes had the new weights, and requests may still follow them: there is something to undo.
    throw changedBack ? inPart(error) : error;
  }
}

/** Returns whether a route had to be changed back. What cannot be undone immediately stays in the journal. */
async function undoRewrite(
  aws: Aws,
  written: readonly (readonly [Route, readonly Action[]])[],
  change: Rewrite,
  error: unknown,
): Promise<boolean> {
  let changedBack = false;
  for (const [route, before] of written.toReversed()) {
    try {
      const now = (await readRoutes(aws, [route])).get(route.arn);
      if (now !== undefined && sameActions(now, change.wanted(route))) {
        await writeRoute(aws, route, foundActions({ actions: before }));
        changedBack = true;
      }
    } catch (second) {
      const first = error instanceof Failure ? error : undefined;
      throw new Failure(change.what, {
        kind: 'unanswered-call',
        because: `${formatError(error)}; and ${route.name} could not be changed back: ${formatError(second)}`,
        evidence: first?.evidence ?? [],
        next: first?.next ?? '',
        cause: error,
      });
    }
  }
  return changedBack;
}
