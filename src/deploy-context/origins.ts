import type { Origin } from '../model/change.ts';
import { flatten } from '../task-definition/flatten.ts';
import type { Path } from '../task-definition/path.ts';
import { type Document, follow } from './document.ts';
import { replacementsIn } from './substitute.ts';

/** Returns the values of a file that come from the environment, by their path in `differences`. */
export function filledIn(
  file: string,
  { root, substitution }: Document,
  value: unknown,
  locate: (path: Path) => Path,
): Readonly<Record<string, Origin>> {
  if (substitution.replacements.length === 0) return {};
  const found = [...flatten(value)].flatMap(([path, { steps }]): readonly (readonly [string, Origin])[] => {
    const { node, key } = follow(root, locate(steps));
    const start = key?.offset ?? node.offset;
    const literals = replacementsIn(substitution, start, node.offset + node.length).map(({ literal }) => literal);
    return literals.length === 0 ? [] : [[path, { kind: 'file', file, variables: [...new Set(literals)] }]];
  });
  return Object.fromEntries(found);
}
