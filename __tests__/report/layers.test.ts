import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sourcesIn } from '../pages.ts';

const renderers = ['log', 'markdown', 'html'];

/** The folder of src/report that a path is in; empty for files directly in it. */
const folderOf = (path: string): string => /^src\/report\/(\w+)\//.exec(path)?.[1] ?? '';

const imports = sourcesIn('src/report').flatMap((path) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/ from '(\.[^']+)'/g)].map(([, to = '']) => ({
    path,
    to: join(dirname(path), to),
  })),
);

describe('a report', () => {
  it('is laid out without the renderers, and no renderer needs another one', () => {
    const wrong = imports.filter(({ path, to }) => renderers.includes(folderOf(to)) && folderOf(to) !== folderOf(path));
    expect(imports.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});
