/** The values that expressions of a workflow are worked out with: `github`, `inputs`, `matrix`, … */
export type Contexts = Readonly<Record<string, unknown>>;

const text = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** As GitHub documents them: https://docs.github.com/actions/reference/workflows-and-actions/expressions */
const functions = {
  format: (pattern: string, ...values: readonly unknown[]) =>
    pattern.replaceAll(/\{(\d+)\}/g, (_, n: string) => text(values[Number(n)])),
  contains: (where: unknown, what: unknown) =>
    Array.isArray(where) ? where.includes(what) : text(where).includes(text(what)),
  fromJSON: (json: string): unknown => JSON.parse(json),
  always: () => true,
} as const;

/** `github.event.pull_request.labels.*.name`; what a context does not have is nothing, but the context must be known. */
function follow(path: string, contexts: Contexts): unknown {
  const [name = '', ...steps] = path.split('.');
  if (!(name in contexts)) throw new Error(`the test has no values for ${path}`);
  const walk = (value: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return value;
    if (step === '*') return (value as readonly unknown[]).map((one) => walk(one, rest));
    return walk((value as Contexts | undefined)?.[step] ?? '', rest);
  };
  return walk(contexts[name], steps);
}

const token = /'((?:[^']|'')*)'|([A-Za-z_][\w-]*(?:\.[\w*-]+)*)(\s*\()?/g;

/** What an expression comes to. Operators are those of JavaScript, of which GitHub's are a part; names are not. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const code = expression.replaceAll(token, (whole, string?: string, path?: string, call?: string) => {
    if (path === undefined) return JSON.stringify(string?.replaceAll("''", "'"));
    return call !== undefined || /^(true|false|null)$/.test(path) ? whole : `at(${JSON.stringify(path)})`;
  });
  const names = { ...functions, at: (path: string) => follow(path, contexts) };
  return new Function(...Object.keys(names), `return (${code});`)(...Object.values(names)) as unknown;
}

/** A value with what its `${{ … }}` come to in their places; one that is nothing but an expression keeps its type. */
export function fill(value: unknown, contexts: Contexts): unknown {
  if (typeof value !== 'string') return value;
  const [only] = /^\$\{\{(?:(?!\}\}).)*\}\}$/s.exec(value.trim()) ?? [];
  if (only !== undefined) return evaluate(only.slice(3, -2), contexts);
  return value.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, inner: string) => text(evaluate(inner, contexts)));
}
