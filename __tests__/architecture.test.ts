import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', 'src');
const floors = ['core', 'commands', 'definition', 'aws', 'github', 'simulator'];
/** What a floor may import of ours, beside itself. Files directly in src may import every floor but the simulator. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  simulator: [],
  commands: ['core'],
  definition: ['core'],
  aws: ['core'],
  github: ['core'],
};

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const floorOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');
const imports = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const said = [...text.matchAll(/^(import type|import|export)\b[^;]*? from '([^']+)'/gm)];
  const dynamic = [...text.matchAll(/()\bimport\('([^']+)'\)/g)];
  return [...said, ...dynamic].map(([, how, from = '']) => ({ file, from, onlyTypes: how === 'import type' }));
});
const ours = imports
  .filter(({ from }) => from.startsWith('.'))
  .map((one) => ({ ...one, to: relative(root, join(root, dirname(one.file), one.from)) }));

describe('the direction of the imports', () => {
  it('has only the floors that the design names', () => {
    expect(new Set(files.map(floorOf))).toEqual(new Set(['', ...floors]));
  });

  it.each(floors)('lets %s import only what stands below it', (floor) => {
    const strangers = ours.filter(({ file, to }) => {
      const target = floorOf(to);
      return floorOf(file) === floor && target !== floor && !allowed[floor]?.includes(target);
    });
    expect(strangers.map(({ file, to }) => `${file} -> ${to}`)).toEqual([]);
  });

  it('lets only rehearse import the simulator', () => {
    const users = ours.filter(({ file, to }) => floorOf(to) === 'simulator' && floorOf(file) !== 'simulator');
    expect(new Set(users.map(({ file }) => file))).toEqual(new Set(['rehearse.ts']));
  });

  it('keeps core free of packages at run time, and simulator of all but the codecs and schemas of the protocols', () => {
    const packages = imports.filter(
      ({ file, from, onlyTypes }) =>
        ['core', 'simulator'].includes(floorOf(file)) &&
        !onlyTypes &&
        !from.startsWith('.') &&
        !from.startsWith('node:'),
    );
    expect(new Set(packages.map(({ file, from }) => `${file} -> ${from}`))).toEqual(
      new Set([
        'simulator/input-check.ts -> @aws-sdk/client-ecs',
        'simulator/input-check.ts -> @smithy/core/schema',
        'simulator/wire.ts -> @smithy/core/cbor',
      ]),
    );
  });

  it('calls the SDK only in aws, its schemas only in definition, and @actions and octokit only in github', () => {
    const strangers = imports.filter(({ file, from, onlyTypes }) => {
      // The test above says what the simulator may have.
      if (onlyTypes || file === 'index.ts' || floorOf(file) === 'simulator') return false;
      if (from.startsWith('@aws-sdk/') || from.startsWith('@smithy/'))
        return !['aws', 'definition'].includes(floorOf(file));
      return /^@(actions|octokit)\//.test(from) && floorOf(file) !== 'github';
    });
    expect(strangers).toEqual([]);
  });
});
