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

/** Texts and comments of the code. */
const sources = sourcesIn('src');

describe.each([...allPages, ...workflowFiles, ...templates, 'action.yml', '.github/dependabot.yml', ...sources])(
  '%s',
  (path) => {
    it('is written in plain English', () => {
      const lines = ownText(path).split('\n');
      const found = lines.flatMap((line, index) =>
        [...line.matchAll(avoided)].map(([word]) => `${path}:${index + 1} ${word}: ${line.trim()}`),
      );
      expect(found).toEqual([]);
    });
  },
);
