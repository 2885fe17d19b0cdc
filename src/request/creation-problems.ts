import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import type { Problem } from '../model/problem.ts';

/** What in service.json makes a service that this action cannot bring up. */
export function creationProblems(service: CreateServiceRequest): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (path: string, what: string) => problems.push({ where: `service.json: ${path}`, what });
  const controller = service.deploymentController?.type ?? 'ECS';
  const others =
    controller === 'CODE_DEPLOY'
      ? 'create it with the tool that owns its CodeDeploy application'
      : 'create it with the tool that makes its task sets';
  if (controller !== 'ECS') {
    say('deploymentController.type', `${controller} is deployed by somebody else than ECS; ${others}, or take it away`);
  }
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (strategy !== 'ROLLING') {
    const what = `${strategy} moves traffic between target groups itself, which this action does not follow`;
    say('deploymentConfiguration.strategy', `${what}; create the service with ROLLING, or with another tool`);
  }
  if (service.schedulingStrategy !== 'DAEMON' && service.desiredCount === undefined) {
    say('desiredCount', 'is missing: say how many tasks the new service is to run');
  }
  return problems;
}
