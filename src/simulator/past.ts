import type { Cloud } from './cloud.ts';
import type { JsonObject } from './json.ts';

/** How long an eventually consistent read can return old data. */
const lastsMs = 10_000;

/** Earlier answers of reads, for stale answers. */
export class Past {
  readonly #answers = new Map<string, { readonly at: number; readonly output: JsonObject }[]>();

  /** Keeps the answer to a question. */
  keep(question: string, output: JsonObject, at: number): void {
    const known = (this.#answers.get(question) ?? []).filter((answer) => at - answer.at <= lastsMs);
    this.#answers.set(question, [...known, { at, output: structuredClone(output) }]);
  }

  /** The oldest answer that can still be given to a question. */
  answer(question: string, at: number): JsonObject | undefined {
    return this.#answers.get(question)?.find((answer) => at - answer.at <= lastsMs)?.output;
  }
}

/** An answer about tasks as it was before the newest of them had been started. */
export function withoutNewTasks(cloud: Cloud, output: JsonObject): JsonObject {
  const isOld = (arn: unknown): boolean => {
    const tasks = [...cloud.clusters.values()].flatMap((cluster) => [...cluster.tasks.values()]);
    const task = tasks.find((one) => one.arn === arn);
    return task === undefined || cloud.now() - task.createdAt > lastsMs;
  };
  const { taskArns, tasks } = output;
  if (Array.isArray(taskArns)) return { ...output, taskArns: taskArns.filter(isOld) };
  if (!Array.isArray(tasks)) return output;
  return { ...output, tasks: tasks.filter((task: JsonObject) => isOld(task.taskArn)) };
}

/** The answer of a read that finds nothing of what was named; nothing for operations that have no such answer. */
export function partialAnswer(operation: string, input: JsonObject): JsonObject | undefined {
  const missing = (key: string): JsonObject[] => {
    const named = Array.isArray(input[key]) ? input[key] : [];
    return named.map((arn) => ({ arn: String(arn), reason: 'MISSING' }));
  };
  if (operation === 'DescribeServices') return { services: [], failures: missing('services') };
  if (operation === 'DescribeTasks') return { tasks: [], failures: missing('tasks') };
  if (operation === 'DescribeContainerInstances') {
    return { containerInstances: [], failures: missing('containerInstances') };
  }
  if (operation === 'DescribeServiceDeployments') {
    return { serviceDeployments: [], failures: missing('serviceDeploymentArns') };
  }
  if (operation === 'DescribeServiceRevisions') {
    return { serviceRevisions: [], failures: missing('serviceRevisionArns') };
  }
  return undefined;
}
