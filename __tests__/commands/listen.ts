import type { Stage } from './stage.ts';

type Json = Record<string, unknown>;

const textOf = (body: string | Uint8Array): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

/** What ECS and CloudWatch Logs are asked, by operation; `change` can alter what it answers. */
export function listen(
  { account }: Pick<Stage, 'account'>,
  change: (operation: string, answer: Json) => Json | undefined = () => undefined,
): (operation: string) => readonly Json[] {
  const heard: { operation: string; input: Json }[] = [];
  const handle = account.handle.bind(account);
  account.handle = async (request, signal) => {
    const operation = /(?:ServiceV20141113|Logs_20140328)\.(\w+)$/.exec(request.headers['x-amz-target'] ?? '')?.[1];
    if (operation === undefined) return handle(request, signal);
    heard.push({ operation, input: JSON.parse(textOf(request.body)) as Json });
    const response = await handle(request, signal);
    const changed = change(operation, JSON.parse(textOf(response.body)) as Json);
    return changed === undefined ? response : { ...response, body: JSON.stringify(changed) };
  };
  return (operation) => heard.filter((one) => one.operation === operation).map(({ input }) => input);
}
