import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs';
import { second } from '../../../src/model/duration.ts';
import { type Run, type Shop, type Stage, shop, targetGroupArn } from '../stage.ts';

export const rule =
  'arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee';

/** A shop whose traffic ECS moves. */
export const nativeShop = (deploymentConfiguration: DeploymentConfiguration, tag?: string): Shop =>
  shop('fargate', 1, {
    ...(tag === undefined ? {} : { tag }),
    service: {
      deploymentConfiguration,
      loadBalancers: [
        {
          targetGroupArn: targetGroupArn(1),
          containerName: 'web',
          containerPort: 8080,
          advancedConfiguration: {
            alternateTargetGroupArn: targetGroupArn(2),
            productionListenerRule: rule,
            roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
          },
        },
      ],
    },
  });

/** The three strategies, with bakes of some minutes. */
export const configurations: Readonly<Record<string, DeploymentConfiguration>> = {
  BLUE_GREEN: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 4 },
  LINEAR: {
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 2 },
    bakeTimeInMinutes: 2,
  },
  CANARY: {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
    bakeTimeInMinutes: 2,
  },
};

/** Calls AWS as somebody else does. */
export function ask(here: Stage, service: string, operation: string, input: object): Promise<Record<string, unknown>> {
  return here.account.call(service, operation, input as Record<string, unknown>, new AbortController().signal) as never;
}

/** The service deployments of the service, newest first. */
export async function deploymentsOf(here: Stage): Promise<readonly ServiceDeployment[]> {
  const where = { cluster: 'production', service: 'web' };
  const { serviceDeployments } = await ask(here, 'ecs', 'ListServiceDeployments', where);
  const arns = (serviceDeployments as ServiceDeployment[]).map(({ serviceDeploymentArn }) => serviceDeploymentArn);
  if (arns.length === 0) return [];
  const found = await ask(here, 'ecs', 'DescribeServiceDeployments', { serviceDeploymentArns: arns });
  return found.serviceDeployments as ServiceDeployment[];
}

/** The weights of the production rule, by target group. */
export async function weightsIn(here: Stage): Promise<Readonly<Record<string, number>>> {
  const { Rules } = await ask(here, 'elbv2', 'DescribeRules', { RuleArns: [rule] });
  const [{ Actions }] = Rules as [{ Actions: { ForwardConfig: { TargetGroups: object[] } }[] }];
  const groups = (Actions[0]?.ForwardConfig.TargetGroups ?? []) as { TargetGroupArn: string; Weight: number }[];
  return Object.fromEntries(groups.map(({ TargetGroupArn, Weight }) => [TargetGroupArn.split('/')[1] ?? '', Weight]));
}

/** Whether all of the traffic goes to a target group. */
export async function allTo(here: Stage, group: 'web-1' | 'web-2'): Promise<boolean> {
  const entries = Object.entries(await weightsIn(here));
  return entries.every(([name, weight]) => weight > 0 === (name === group));
}

/** Does something when a service deployment reaches a state; looks every two seconds. */
export async function when(
  here: Stage,
  is: (deployment: ServiceDeployment) => boolean,
  does: (deployment: ServiceDeployment) => unknown,
): Promise<void> {
  for (let look = 0; look < 3_000; look++) {
    const [newest] = await deploymentsOf(here);
    if (newest !== undefined && is(newest)) {
      await does(newest);
      return;
    }
    await here.clock.sleep(2 * second);
  }
}

/** Everything that a person reads about a run, as text. */
export const textOf = ({ report, outcome }: Run): string => JSON.stringify([report.events, outcome], undefined, 1);
