import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, '.github/SECURITY.md'), 'utf8');
const claims = [...page.matchAll(/^\| (.+) \| \[`.+`\]\(\.\.\/(.+?)\): (.+) \|$/gm)].map(
  ([, claim = '', file = '', test = '']) => ({ claim, file, test }),
);

/** Every module of ours that is part of the action at run time; the simulator listens only when a person starts it. */
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('simulator/'))
  .map((file) => ({ file, text: readFileSync(join(root, 'src', file), 'utf8') }));

describe('SECURITY.md', () => {
  it('has a test for each line of what is never done', () => {
    const table = page.split('## What it never does')[1]?.split('\n## ')[0] ?? '';
    const rows = table.split('\n').filter((line) => line.startsWith('| ')).length - 2;
    expect(claims).toHaveLength(rows);
    expect(rows).toBeGreaterThan(10);
  });

  it.each(claims)('$claim: the test is there', ({ file, test }) => {
    expect(readFileSync(join(root, file), 'utf8')).toContain(test);
  });

  it('links to files that there are', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(root, '.github', link)))).toEqual([]);
  });
});

describe('the sources', () => {
  it('start no process and make no code of a text', () => {
    const dangerous = /node:(child_process|vm|worker_threads|cluster)'|\beval\(|new Function\(/;
    expect(sources.filter(({ text }) => dangerous.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('write files in two places only: reports and the job summary, and the state for post', () => {
    const writers = sources.filter(({ text }) => /\b(write|append|create)(File|WriteStream)/.test(text));
    expect(writers.map(({ file }) => file).sort()).toEqual(['github/outputs.ts', 'github/state.ts']);
  });
});
