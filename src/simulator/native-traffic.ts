import type { Cloud } from './cloud.ts';
import { object, objects, text } from './json.ts';
import { changeForward } from './listener-actions.ts';
import type { Listener, Revision, Rule } from './records.ts';

/** The rule that carries an ARN of a rule, or the default one of a listener. */
function ruleOf(cloud: Cloud, arn: string): { readonly rule: Rule; readonly listener: Listener } | undefined {
  for (const { listeners } of cloud.loadBalancers.values()) {
    for (const listener of listeners) {
      const rule = listener.rules.find((one) => (listener.arn === arn ? one.priority === 'default' : one.arn === arn));
      if (rule !== undefined) return { rule, listener };
    }
  }
  return undefined;
}

interface Routes {
  readonly production: string;
  readonly test: string | undefined;
  readonly blue: string;
  readonly green: string;
}

function routesOf(target: Revision, source: Revision | undefined): readonly Routes[] {
  return objects(target.settings.loadBalancers).map((one, index) => {
    const { productionListenerRule, testListenerRule, alternateTargetGroupArn } = object(one.advancedConfiguration);
    const green = target.targetGroups[index] ?? '';
    const pair = [text(one.targetGroupArn) ?? '', text(alternateTargetGroupArn) ?? ''];
    const blue = source?.targetGroups[index] ?? pair.find((group) => group !== green) ?? '';
    return { production: text(productionListenerRule) ?? '', test: text(testListenerRule), blue, green };
  });
}

/** Why ECS cannot move the traffic of a deployment, if it cannot. */
export function networkProblem(cloud: Cloud, target: Revision, source: Revision | undefined): string | undefined {
  for (const { production, test, blue, green } of routesOf(target, source)) {
    const forwards = [production, ...(test === undefined ? [] : [test])].flatMap(
      (arn) => ruleOf(cloud, arn)?.rule.does.forward.map(({ targetGroupArn }) => targetGroupArn) ?? [],
    );
    if (blue !== green && ![blue, green].every((group) => forwards.includes(group))) {
      return 'invalid networking configuration. Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule.';
    }
  }
  return undefined;
}

/** Writes the share of traffic that the new revision gets, in percent, into every production or test rule. */
export function shiftTraffic(
  cloud: Cloud,
  kind: 'production' | 'test',
  {
    target,
    source,
    percent,
  }: { readonly target: Revision; readonly source: Revision | undefined; readonly percent: number },
): void {
  for (const routes of routesOf(target, source)) {
    const arn = routes[kind];
    const found = arn === undefined ? undefined : ruleOf(cloud, arn);
    if (found === undefined) continue;
    const forward =
      routes.blue === routes.green
        ? [{ targetGroupArn: routes.green, weight: 100 }]
        : [
            { targetGroupArn: routes.blue, weight: 100 - percent },
            { targetGroupArn: routes.green, weight: percent },
          ];
    changeForward(cloud, found.rule, forward);
  }
}

/** ECS waits 10 minutes at each shift of a Network Load Balancer. */
export const isNetwork = (cloud: Cloud, { settings }: Revision): boolean =>
  objects(settings.loadBalancers).some((one) => {
    const arn = text(object(one.advancedConfiguration).productionListenerRule) ?? '';
    return ruleOf(cloud, arn)?.listener.loadBalancer.type === 'network';
  });

/** The groups that a new revision is registered with: those of the pair that the live revision does not use. */
export function targetGroupsOf(loadBalancers: unknown, live: Revision | undefined, native: boolean): readonly string[] {
  return objects(loadBalancers).map((one, index) => {
    const first = text(one.targetGroupArn) ?? '';
    const other = text(object(one.advancedConfiguration).alternateTargetGroupArn);
    const used = live?.targetGroups[index];
    if (other === undefined || used === undefined || ![first, other].includes(used)) return first;
    if (!native) return used;
    return used === first ? other : first;
  });
}
