import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allPages, read, root, workflowFiles } from './pages.ts';

/** Words that we do not use: a reader has to read them twice. */
const avoided =
  /\b(mend(s|ed)?|somebody|nobody|whoever|puts? back|taken away|takes? away|way back|br(ing|ings|ought) back|deeds?|farewell|half (done|made)|rings?|dear)\b/gi;

/** Texts of AWS and GitHub that a page quotes word for word. */
const quoted: readonly string[] = [];

/** The names of tests in SECURITY.md, and of their files, are checked where they are. */
const ownText = (path: string): string => {
  const text = quoted.reduce((text, quote) => text.replaceAll(quote, ''), read(path));
  return path === '.github/SECURITY.md' ? text.replaceAll(/\| \[`.+?`\]\(.+?\): .+ \|$/gm, '|') : text;
};

const templates = ['bug', 'feature'].map((name) => `.github/ISSUE_TEMPLATE/${name}.yml`);

/** Folders of src whose texts and comments are checked. */
const folders = [
  'aws/client',
  'aws/diagnosis',
  'aws/preflight',
  'aws/snapshots',
  'deploy-context',
  'model',
  'rehearse',
  'request',
  'simulator',
  'task-definition',
];

/** Files of these folders that are not checked yet. */
const unchecked: readonly string[] = [
  'src/model/gates.ts',
  'src/model/plan.ts',
  'src/model/undos.ts',
  'src/request/build-request.ts',
  'src/request/translate.ts',
];

const sources = folders.flatMap((folder) =>
  readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join('src', folder, file))
    .filter((path) => statSync(join(root, path)).isFile() && !unchecked.includes(path)),
);

const others = ['action.yml', '.github/dependabot.yml'];

describe.each([...allPages, ...workflowFiles, ...templates, ...others, ...sources])('%s', (path) => {
  it('is written in plain English', () => {
    const lines = ownText(path).split('\n');
    const found = lines.flatMap((line, index) =>
      [...line.matchAll(avoided)].map(([word]) => `${path}:${index + 1} ${word}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
