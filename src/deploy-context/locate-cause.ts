import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Cause, Outcome } from '../model/outcome.ts';
import type { Request } from '../model/request.ts';
import type { ContainerEvidence } from '../model/verdict.ts';
import type { Path } from '../task-definition/path.ts';

import type { DeployContext } from './deploy-context.ts';

/** Adds to the outcome the line of task-definition.json that caused it, if there is one. */
export function locateCause(
  outcome: Outcome,
  request: Request,
  { taskDefinition, lineOf }: Pick<DeployContext, 'taskDefinition' | 'lineOf'>,
): Outcome {
  const { cause } = outcome;
  const isFromFile = 'revision' in request && request.revision.kind === 'new';
  if (cause === undefined || taskDefinition === undefined || !isFromFile) return outcome;
  const path = locateInFile(cause, taskDefinition);
  const at = path === undefined ? undefined : lineOf?.(path);
  return at === undefined ? outcome : { ...outcome, cause: { ...cause, at } };
}

/** Returns the path in a task definition that caused a failure; `undefined` if it is not certain. */
export function locateInFile(
  { because, evidence }: Pick<Cause, 'because' | 'evidence'>,
  { containerDefinitions = [] }: RegisterTaskDefinitionRequest,
): Path | undefined {
  const tasks = evidence.flatMap((one) => (one.kind === 'task' ? [one] : []));
  const said = [because, ...tasks.map(({ stoppedReason = '' }) => stoppedReason)].join('\n');
  for (const container of tasks.flatMap(({ containers }) => containers)) {
    const index = containerDefinitions.findIndex(({ name }) => name === container.name);
    const member = index === -1 ? undefined : memberOf(container, said, containerDefinitions.length === 1);
    if (member !== undefined && Object.hasOwn(containerDefinitions[index] ?? {}, member)) {
      return ['containerDefinitions', index, member];
    }
  }
  return undefined;
}

/** Returns the member of a container that caused the failure. The task's reason concerns a container only if it is the only one. */
function memberOf({ reason = '', health }: ContainerEvidence, said: string, alone: boolean): string | undefined {
  const text = alone ? `${reason}\n${said}` : reason;
  if (/CannotPull|pull image|image pull|exec format error/i.test(text)) return 'image';
  if (/OutOfMemory/.test(text)) return 'memory';
  if (/secrets? from|ssm parameters|fetch secret/.test(text)) return 'secrets';
  if (/logging driver|logger args|log (stream|group)/i.test(text)) return 'logConfiguration';
  return health === 'UNHEALTHY' ? 'healthCheck' : undefined;
}
