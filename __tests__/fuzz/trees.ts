import fc from 'fast-check';
import { anyText } from './texts.ts';

/** JSON as typed by hand, with duplicate keys and tokens that are not JSON. */
export type Tree =
  | { readonly token: string }
  | { readonly items: readonly Tree[] }
  | { readonly members: readonly Member[] };
export type Member = readonly [key: string, value: Tree];

/** The text of it. */
export function print(tree: Tree): string {
  if ('token' in tree) return tree.token;
  if ('items' in tree) return `[${tree.items.map(print).join(', ')}]`;
  return `{\n${tree.members.map(([key, value]) => `${JSON.stringify(key)}: ${print(value)}`).join(',\n')}\n}`;
}

/** A value that JSON knows, as a tree. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (typeof value === 'object' && value !== null)
    return { members: Object.entries(value).map(([key, each]) => [key, treeOf(each)]) };
  return { token: JSON.stringify(value) };
}

/** What the environment has for `${…}`; each value that is worth hiding has "hush" in it. */
export const environment: Readonly<Record<string, string>> = {
  HUSH: 'hush-hush',
  QUOTED: 'hush"\'`\\',
  LINES: 'hush\n::error::hush\r\nhush',
  FRAGMENT: '{ "hush": ["hush-hush", 1] }',
  NESTED: 'hush${HUSH}${',
  COMMENT: 'hush*/ // hush',
  MARKDOWN: '|hush|<b>hush</b>`hush`',
  OPEN: '"hush',
  NUMBER: '8080',
  EMPTY: '',
};

const names = ['NOT_SET', 'NOT A NAME', 'constructor', '__proto__', ...Object.keys(environment)];
const placeholder = fc.constantFrom(...names.map((name) => `\${${name}}`));

/** Tokens in the place of a value: JSON that AWS does not take, and what is not JSON. */
export const anyToken: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '""', '[]', '{}', '[[]]', '[null]', '{"a": 1, "a": 2}', '{"__proto__": {}}'),
  fc.constantFrom('0', '-0', '-1', '1.5', '1e2', '1e999', '-1e999', '2147483648', '99999999999999999999', '1e-400'),
  fc.constantFrom(
    'NaN',
    'Infinity',
    'undefined',
    'None',
    "'a'",
    '01',
    '.5',
    '+1',
    '0x10',
    '1_000',
    '"a',
    'a"',
    '//',
    '',
  ),
  fc.constantFrom(
    '"\\ud800"',
    '"\\u0000"',
    '"\\u202e"',
    '"\\n::error::boo"',
    '"\\u0024{HUSH}"',
    '"\\x"',
    '"\\u12"',
    '\ufeff1',
  ),
  fc.tuple(placeholder, placeholder).map(([a, b]) => `"${a}-${b}"`),
  placeholder.map((one) => `"${one}"`),
  placeholder,
  fc.constantFrom('${', '"${"', '"${HUSH"', '"\\${HUSH}"', '/* ${HUSH} */ 1', '[${HUSH}]', '{"${HUSH}": "a"}'),
  anyText.map((text) => JSON.stringify(text)),
  anyText,
);

/** Any JSON, and what is nearly JSON. */
export const anyTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyToken.map((token) => ({ token })),
    fc.array(tie('tree'), { maxLength: 4 }).map((items) => ({ items })),
    fc.array(fc.tuple(anyText, tie('tree')), { maxLength: 4 }).map((members) => ({ members })),
  ),
})).tree;

/** One typo in JSON. */
export type Slip =
  | { readonly kind: 'replace'; readonly at: number; readonly by: Tree }
  | { readonly kind: 'remove' | 'twice' | 'misspell'; readonly at: number; readonly with: number }
  | { readonly kind: 'add'; readonly at: number; readonly key: string; readonly value: Tree };

/** Slips, at places that are counted through the tree. */
export const anySlip: fc.Arbitrary<Slip> = fc.oneof(
  fc.record({
    kind: fc.constant('replace' as const),
    at: fc.nat(200),
    by: fc.oneof(
      anyToken.map((token) => ({ token })),
      anyTree,
    ),
  }),
  fc.record({ kind: fc.constantFrom('remove', 'twice', 'misspell'), at: fc.nat(200), with: fc.nat(100) }),
  fc.record({ kind: fc.constant('add' as const), at: fc.nat(200), key: anyText, value: anyTree }),
);

/** The tree with a slip in it, at the node that its number leads to. */
export function slip(tree: Tree, one: Slip): Tree {
  let left = one.at % size(tree);
  const visit = (node: Tree): Tree => {
    if (left-- === 0) return slipAt(node, one);
    if ('items' in node) return { items: node.items.map(visit) };
    return 'members' in node ? { members: node.members.map(([key, value]) => [key, visit(value)]) } : node;
  };
  return visit(tree);
}

function size(tree: Tree): number {
  if ('token' in tree) return 1;
  const below = 'items' in tree ? tree.items : tree.members.map(([, value]) => value);
  return 1 + below.reduce((sum, each) => sum + size(each), 0);
}

function slipAt(node: Tree, one: Slip): Tree {
  if (one.kind === 'replace') return one.by;
  if (!('members' in node)) return 'items' in node ? { items: [...node.items, ...node.items] } : { items: [node] };
  if (one.kind === 'add') return { members: [...node.members, [one.key, one.value]] };
  const { members } = node;
  const index = one.with % Math.max(1, members.length);
  const [key, value] = members[index] ?? ['', { token: '1' }];
  if (one.kind === 'twice') return { members: [...members, [key, value]] };
  if (one.kind === 'remove') return { members: members.toSpliced(index, 1) };
  const misspelt = one.with % 2 === 0 ? key.slice(1) : `${key[0]?.toUpperCase() ?? ''}_${key.slice(1)}`;
  return { members: members.length === 0 ? [[misspelt, value]] : members.with(index, [misspelt, value]) };
}
