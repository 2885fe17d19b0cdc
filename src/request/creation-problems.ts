import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import type { Problem } from '../model/problem.ts';

/** Returns the settings in service.json that `up` does not support. */
export function creationProblems(service: CreateServiceRequest): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, what: string) => problems.push({ where: `service.json: ${path}`, what });
  const controller = service.deploymentController?.type ?? 'ECS';
  const others =
    controller === 'CODE_DEPLOY'
      ? 'create it with the tool that owns its CodeDeploy application'
      : 'create it with the tool that makes its task sets';
  if (controller !== 'ECS') {
    add('deploymentController.type', `${controller} is not deployed by ECS; ${others}, or remove it`);
  }
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  if (strategy !== 'ROLLING') {
    const what = `${strategy} shifts traffic between target groups, and up creates services with ROLLING only`;
    const next = 'create the service with another tool, and deploy to it with `strategy: native`';
    add('deploymentConfiguration.strategy', `${what}; use ROLLING, or ${next}`);
  }
  if (service.schedulingStrategy !== 'DAEMON' && service.desiredCount === undefined) {
    add('desiredCount', 'is missing; set the number of tasks of the new service');
  }
  return problems;
}
