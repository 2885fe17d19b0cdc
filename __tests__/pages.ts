import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const root = join(import.meta.dirname, '..');

/** A file of the repository, by its path in it. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The files of docs/ with this ending, by their paths in the repository. */
const docs = (ending: string): readonly string[] =>
  readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith(ending))
    .sort();

/** The pages for users: README.md and docs/. */
export const userPages: readonly string[] = ['README.md', ...docs('.md')];

/** Every page that people read. */
export const allPages: readonly string[] = [
  ...userPages,
  'CHANGELOG.md',
  '.github/CONTRIBUTING.md',
  '.github/SECURITY.md',
  '.github/TESTING.md',
];

/** The policy files. */
export const policyFiles: readonly string[] = docs('.json').filter((path) => path.startsWith('docs/iam/'));

/** The source files in a folder, by their paths in the repository. */
export const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js|css)$/.test(file))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);

/** Workflows: ours, and the examples. */
export const workflowFiles: readonly string[] = ['.github/workflows', 'examples/workflows'].flatMap((directory) =>
  readdirSync(join(root, directory)).map((name) => `${directory}/${name}`),
);
