import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allPages, read, sourcesIn, workflowFiles } from './pages.ts';

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

const files = [
  ...allPages,
  ...workflowFiles,
  ...templates,
  'action.yml',
  '.github/dependabot.yml',
  ...sourcesIn('src'),
];

/** The files by their folder: a test of each would be hundreds. */
const folders = [...Map.groupBy(files, (path) => dirname(path))];

describe('plain English', () => {
  it.each(folders)('is written in %s', (_, paths) => {
    const found = paths.flatMap((path) =>
      ownText(path)
        .split('\n')
        .flatMap((line, index) =>
          [...line.matchAll(avoided)].map(([word]) => `${path}:${index + 1} ${word}: ${line.trim()}`),
        ),
    );
    expect(found).toEqual([]);
  });
});
