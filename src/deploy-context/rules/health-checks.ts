import { eachContainer, inTask, outside, type Rule } from './pair.ts';

/** Limits in seconds, and of retries: API reference of HealthCheck. */
const limits = { interval: [5, 300], timeout: [2, 60], retries: [1, 10], startPeriod: [0, 300] } as const;

const healthChecksCanRun: Rule = (pair) =>
  eachContainer(pair, ({ healthCheck }, container) => {
    if (healthCheck === undefined) return undefined;
    const path = [...container, 'healthCheck'];
    const [first, ...rest] = healthCheck.command ?? [];
    const wrong = faultOf(first, rest.length);
    return [
      wrong !== undefined && inTask([...path, 'command'], wrong),
      (Object.keys(limits) as (keyof typeof limits)[]).map((key) =>
        outside(pair, 'taskDefinition', [...path, key], healthCheck[key], limits[key]),
      ),
    ];
  });

function faultOf(first: string | undefined, others: number): string | undefined {
  const example = '["CMD-SHELL", "curl -f http://localhost/ || exit 1"]';
  if (first === undefined) return `is empty; use a command such as ${example}`;
  if (first === 'NONE') return undefined;
  if (first !== 'CMD' && first !== 'CMD-SHELL') return `must start with CMD or CMD-SHELL, as in ${example}`;
  return others === 0 ? `has no command after ${first}; use a command such as ${example}` : undefined;
}

export const healthCheckRules: readonly Rule[] = [healthChecksCanRun];
