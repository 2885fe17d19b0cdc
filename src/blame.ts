import type { Outcome } from './core/outcome.ts';
import type { Request } from './core/request.ts';
import { culpritOf } from './definition/culprit.ts';
import type { DeployContext } from './definition/deploy-context.ts';

/** The outcome, with the line of task-definition.json that its cause points at, where there is one. */
export function blame(
  outcome: Outcome,
  request: Request,
  { taskDefinition, lineOf }: Pick<DeployContext, 'taskDefinition' | 'lineOf'>,
): Outcome {
  const { cause } = outcome;
  const isFromFile = 'revision' in request && request.revision.kind === 'new';
  if (cause === undefined || taskDefinition === undefined || !isFromFile) return outcome;
  const path = culpritOf(cause, taskDefinition);
  const at = path === undefined ? undefined : lineOf?.(path);
  return at === undefined ? outcome : { ...outcome, cause: { ...cause, at } };
}
