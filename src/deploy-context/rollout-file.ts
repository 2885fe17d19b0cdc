import type { Environment } from '../model/environment.ts';
import { defined } from '../model/json.ts';
import type { NamedGate } from '../model/measures.ts';
import { isOfCanaryGroup } from '../model/measures.ts';
import type { Problem } from '../model/problem.ts';
import type { BeforePromote } from '../model/request.ts';
import { type Strategy, strategyNames } from '../model/strategy.ts';
import type { Path } from '../task-definition/path.ts';
import type { ContextFile } from './file.ts';
import { readGateNames, readGates } from './rollout-file/gates.ts';
import { rolloutFile } from './rollout-file/keys.ts';
import { readTasksBefore } from './rollout-file/one-off-tasks.ts';
import { guard, Source } from './rollout-file/source.ts';
import { readWeighted, type WeightedFiled, weightedKeys } from './rollout-file/weights.ts';
import { YamlTree } from './yaml-tree.ts';

/** What rollout.yml says. */
export interface RolloutFile {
  readonly strategy?: Strategy;
  readonly beforePromote: readonly BeforePromote[];
  readonly afterPromote?: readonly string[];
  readonly gates: readonly NamedGate[];
  readonly weighted: WeightedFiled;
  /** The keys in it that only a weighted rollout uses. */
  readonly weightedKeys: readonly string[];
  /** Where a key or its value is, for problems that are found later. */
  readonly place: (path: Path, of?: 'value' | 'key') => Pick<Problem, 'where' | 'at'>;
}

/** The result of reading the file. Without a value there are problems. */
export interface ReadRolloutFile {
  readonly value?: RolloutFile;
  /** Values from the environment, which must not be printed. */
  readonly values: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads rollout.yml. */
export async function readRolloutFile(file: ContextFile, environment: Environment): Promise<ReadRolloutFile> {
  const tree = new YamlTree(await import('yaml'), file, file.text.replaceAll(guard.written, guard.as));
  const broken = tree.problems();
  if (broken.length > 0) return { values: [], problems: broken };
  const source = new Source(tree, rolloutFile.shape, environment);
  const value = readKeys(source);
  const { problems, values } = source;
  return problems.length > 0 ? { values, problems } : { value, values, problems };
}

function readKeys(source: Source): RolloutFile {
  const strategy = source.choice(['strategy'], strategyNames);
  const beforePromote = readTasksBefore(source);
  const gates = readGates(source, beforePromote);
  const weighted = readWeighted(source);
  const afterPromote = readGateNames(source, ['after-promote'], { tasks: beforePromote });
  if (source.isEmpty(['after-promote']))
    source.say(['after-promote'], 'is an empty list; remove it, or list names of gates');
  for (const gate of gates.filter(({ name }) => afterPromote?.includes(name)).filter(isOfCanaryGroup)) {
    const what = 'reads metrics of the canary target group, which receives no requests when `after-promote` is checked';
    source.say(['gates', gate.name], what, 'key');
  }
  return {
    ...defined({ strategy, afterPromote }),
    beforePromote,
    gates,
    weighted,
    weightedKeys: weightedKeys.filter((key) => source.has([key])),
    place: (path, of) => source.place(path, of),
  };
}
