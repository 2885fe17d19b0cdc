import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { strategyNames } from '../src/model/strategy.ts';

const root = join(import.meta.dirname, '..', 'src');

/** The layers of src, and what each may import of ours besides itself. `top` is the files directly in src. */
const allowed = {
  model: [],
  analysis: ['model'],
  engine: ['model'],
  aws: ['model', 'engine', 'analysis'],
  'task-definition': ['model'],
  'deploy-context': ['model', 'task-definition'],
  request: ['model', 'task-definition', 'deploy-context'],
  commands: ['model', 'engine', 'aws', 'task-definition', 'analysis'],
  report: ['model'],
  github: ['model', 'report'],
  simulator: [],
  rehearse: [
    ...['model', 'engine', 'aws', 'task-definition', 'deploy-context', 'request', 'commands', 'report', 'github'],
    ...['simulator', 'top'],
  ],
  top: [
    ...['model', 'engine', 'aws', 'task-definition', 'deploy-context', 'request', 'commands', 'report', 'github'],
    'rehearse',
  ],
} as const satisfies Record<string, readonly string[]>;

type Layer = keyof typeof allowed;
const layers = Object.keys(allowed) as Layer[];

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const layerOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : 'top');

interface Import {
  readonly file: string;
  readonly from: string;
  readonly onlyTypes: boolean;
}

const imports: readonly Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const declared = [...text.matchAll(/^(import type|import|export)\b[^;]*? from '([^']+)'/gm)];
  const dynamic = [...text.matchAll(/()\bimport\('([^']+)'\)/g)];
  return [...declared, ...dynamic].map(([, how, from = '']) => ({ file, from, onlyTypes: how === 'import type' }));
});

const ours = imports
  .filter(({ from }) => from.startsWith('.'))
  .map((one) => ({ ...one, to: relative(root, join(root, dirname(one.file), one.from)) }));

/** Groups of files that import each other, directly or through others (Tarjan's algorithm). */
function cycles(): readonly (readonly string[])[] {
  const edges = new Map(files.map((file) => [file, new Set<string>()]));
  for (const { file, to } of ours) edges.get(file)?.add(to);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const mine = index.size;
    index.set(file, mine);
    low.set(file, mine);
    stack.push(file);
    for (const to of edges.get(file) ?? []) {
      const theirs = index.has(to) ? (stack.includes(to) ? index.get(to) : undefined) : visit(to);
      low.set(file, Math.min(low.get(file) ?? mine, theirs ?? mine));
    }
    const lowest = low.get(file) ?? mine;
    if (lowest === mine) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1 || edges.get(file)?.has(file)) found.push(group.sort());
    }
    return lowest;
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

describe('the layers of src', () => {
  it('are those that the design names', () => {
    const present = new Set(files.map(layerOf));
    expect([...present].filter((layer) => !(layers as string[]).includes(layer))).toEqual([]);
  });

  it.each(layers)('let %s import only the layers below it', (layer) => {
    const wrong = ours.filter(({ file, to }) => {
      const target = layerOf(to);
      return layerOf(file) === layer && target !== layer && !(allowed[layer] as readonly string[]).includes(target);
    });
    expect(wrong.map(({ file, to }) => `${file} -> ${to}`)).toEqual([]);
  });

  it('have no files that import each other in a circle', () => {
    expect(cycles()).toEqual([]);
  });

  it('leave at most eight files at the top of src', () => {
    expect(files.filter((file) => layerOf(file) === 'top').length).toBeLessThanOrEqual(8);
  });
});

describe('strategies', () => {
  /** Where a strategy has its name and its code. */
  const own = (file: string): boolean =>
    file === 'model/strategy.ts' || file.startsWith('commands/rollout/strategies/') || layerOf(file) === 'simulator';
  const code = files
    .filter((file) => !own(file))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '') }));

  it('have names that no other code knows', () => {
    const name = new RegExp(`['"\`](${strategyNames.join('|')})['"\`]`);
    expect(code.filter(({ text }) => name.test(text)).map(({ file }) => file)).toEqual([]);
  });

  // The deployment strategy of a service in ECS is another thing.
  it('are not compared: what differs between them is in the table', () => {
    const compared =
      /\bstrategy\s*[!=]==?(?!=|\s*('ROLLING'|undefined))|[!=]==?\s*\w*[sS]trategy\b|switch \([\w.]*strategy\)/;
    expect(code.filter(({ text }) => compared.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

describe('packages', () => {
  const packages = imports.filter(
    ({ from, onlyTypes }) => !onlyTypes && !from.startsWith('.') && !from.startsWith('node:'),
  );
  const usedBy = (...names: readonly Layer[]): ReadonlySet<string> =>
    new Set(
      packages
        .filter(({ file }) => (names as readonly string[]).includes(layerOf(file)))
        .map(({ file, from }) => `${file} -> ${from}`),
    );

  it('are not used by model and engine, except for edit distances', () => {
    expect(usedBy('model', 'engine')).toEqual(new Set(['model/suggest.ts -> fastest-levenshtein']));
  });

  it('are used by the simulator only for codecs and schemas of the protocols', () => {
    expect(usedBy('simulator')).toEqual(
      new Set([
        'simulator/ecs-words.ts -> @aws-sdk/client-ecs',
        'simulator/input-check.ts -> @aws-sdk/client-ecs',
        'simulator/input-check.ts -> @smithy/core/schema',
        'simulator/wire.ts -> @smithy/core/cbor',
      ]),
    );
  });

  it('of AWS are used by aws, and their schemas by deploy-context', () => {
    const wrong = packages.filter(
      ({ file, from }) =>
        /^@(aws-sdk|smithy)\//.test(from) && !['aws', 'deploy-context', 'simulator'].includes(layerOf(file)),
    );
    expect(wrong).toEqual([]);
  });

  it('of GitHub are used by github and by the entry point', () => {
    const wrong = packages.filter(
      ({ file, from }) => /^@(actions|octokit)\//.test(from) && layerOf(file) !== 'github' && file !== 'index.ts',
    );
    expect(wrong).toEqual([]);
  });
});
