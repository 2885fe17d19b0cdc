// Writes the generated parts of docs/ and of the reusable workflow from their sources: action.yml, the permissions and the
// keys of rollout.yml in the code.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { type Policy, permissionsIn, policyNames, policyOf } from '../../src/aws/permissions.ts';
import { rolloutSchema } from '../../src/deploy-context/rollout-file/keys.ts';
import { calledWorkflow, workflowPath } from './called-workflow.ts';

/** The parts of action.yml that the pages show. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** Reads action.yml. */
export function readAction(path: string): Action {
  return parse(readFileSync(path, 'utf8')) as Action;
}

/** The policy of each command, by the name of its file in docs/iam. `rehearse` needs none: it makes no AWS calls. */
export type Policies = Readonly<Record<string, Policy>>;
export const commandPolicies = (): Policies => Object.fromEntries(policyNames.map((name) => [name, policyOf(name)]));

/** Every command, as it stands in front of an input's description. */
export const commandNames = [
  ...(['rollout', 'up', 'run', 'register', 'rollback', 'undeploy', 'rehearse', 'sweep'] as const),
  ...(['status', 'follow', 'continue', 'abort'] as const),
] as const;
export type CommandName = (typeof commandNames)[number];

/**
 * The commands that use an input, and the description without them. A description begins with its commands ("`up`,
 * `run`: …"), with "All but `rehearse`: …", or with neither if every command uses the input.
 */
export function splitDescription(description: string): {
  readonly usedBy: readonly CommandName[];
  readonly text: string;
} {
  const text = description.trim().replaceAll(/\s+/g, ' ');
  const [, but, list = '', rest = ''] = /^(All but )?((?:`[a-z]+`(?:, )?)+): (.+)$/.exec(text) ?? [];
  const named = [...list.matchAll(/`([a-z]+)`/g)].map(([, name]) => name);
  if (named.length === 0 || !named.every((name) => commandNames.some((known) => known === name)))
    return { usedBy: commandNames, text };
  const usedBy = commandNames.filter((name) => named.includes(name) === (but === undefined));
  return { usedBy, text: `${rest.charAt(0).toUpperCase()}${rest.slice(1)}` };
}

interface Section {
  readonly title: string;
  readonly inputs: readonly string[];
  /** Inputs that no section names go to the section of the first command that uses them. */
  readonly restOf?: CommandName | 'every';
}

/** The groups of docs/inputs.md, in its order. */
const sections: readonly Section[] = [
  {
    title: 'Every command',
    restOf: 'every',
    inputs: ['command', 'region', 'deploy-context', 'cluster', 'service', 'dry-run', 'fail-on', 'summary'],
  },
  { title: 'Credentials', inputs: ['role-to-assume', 'role-session-name', 'role-external-id'] },
  {
    title: 'What to deploy: rollout, up, run, register',
    inputs: [
      'image',
      'image-tag',
      'image-tag-env',
      'environment-variables',
      'base-revision',
      'task-definition',
      'task-definition-arn',
    ],
  },
  { title: 'rollout', restOf: 'rollout', inputs: ['strategy', 'steps', 'guard-role', 'on-split'] },
  {
    title: 'Time limits',
    inputs: [
      'task-running-timeout',
      'task-health-check-timeout',
      'target-healthy-timeout',
      'task-stopped-timeout',
      'service-stable-timeout',
    ],
  },
  { title: 'up', restOf: 'up', inputs: [] },
  { title: 'run', restOf: 'run', inputs: [] },
  { title: 'rollback', restOf: 'rollback', inputs: [] },
  { title: 'undeploy', restOf: 'undeploy', inputs: [] },
  { title: 'rehearse', restOf: 'rehearse', inputs: [] },
  { title: 'sweep', restOf: 'sweep', inputs: [] },
  {
    title: 'GitHub',
    inputs: [
      'comment',
      'create-deployment',
      'environment',
      'environment-url',
      'github-ref',
      'github-repository',
      'github-token',
    ],
  },
  { title: 'Compatibility', inputs: ['cage-options'] },
];

/** All inputs, a table for each section. */
export function inputTables({ inputs }: Action): string {
  const named = sections.flatMap((section) => section.inputs);
  const rest = (of: Section['restOf']): readonly string[] =>
    Object.entries(inputs).flatMap(([name, { description }]) => {
      const { usedBy } = splitDescription(description);
      const home = usedBy.length === commandNames.length ? 'every' : usedBy[0];
      return !named.includes(name) && home === of ? [name] : [];
    });
  return sections
    .map(({ title, inputs: own, restOf }) => ({
      title,
      names: [...own.filter((name) => name in inputs), ...(restOf === undefined ? [] : rest(restOf))],
    }))
    .filter(({ names }) => names.length > 0)
    .map(({ title, names }) => `## ${title}\n\n${inputTable(names, inputs)}`)
    .join('\n\n');
}

function inputTable(names: readonly string[], inputs: Action['inputs']): string {
  const rows = names.map((name) => {
    const { description = '', default: value } = inputs[name] ?? {};
    const { usedBy, text } = splitDescription(description);
    return [`\`${name}\``, value === undefined ? '' : `\`${value}\``, usedByText(usedBy), text];
  });
  return table(['Input', 'Default', 'Commands', 'Description'], rows);
}

function usedByText(usedBy: readonly CommandName[]): string {
  if (usedBy.length === commandNames.length) return 'all';
  const missing = commandNames.filter((name) => !usedBy.includes(name));
  return missing.length === 1 ? `all but ${missing[0]}` : usedBy.join(', ');
}

function outputTable({ outputs }: Action): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description]);
  return table(['Output', 'Description'], rows);
}

/** Which command needs which permission: a row for each action, a column for each policy file. */
function permissionTable(policies: Policies): string {
  const commands = Object.keys(policies);
  const allowed = Object.values(policies).map(permissionsIn);
  const actions = [...new Set(allowed.flat())].sort();
  const rows = actions.map((action) => [`\`${action}\``, ...allowed.map((list) => (list.includes(action) ? '✓' : ''))]);
  return table(['Action', ...commands.map((name) => `[${name}](iam/${name}.json)`)], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const cell = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');

/** A page with one of its generated parts written anew; throws if the page does not mark where it goes. */
export function replacePart(page: string, path: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  const missing = from < 0 ? start : to < 0 ? end : undefined;
  if (missing !== undefined) throw new Error(`${path} has no line ${missing}, so there is no place for the ${name}`);
  if (to < from) throw new Error(`${path} has ${end} before ${start}`);
  if (page.indexOf(start, from + 1) >= 0) throw new Error(`${path} has ${start} twice`);
  return `${page.slice(0, from + start.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** Every file with generated text, by its path, as it must be; `read` gives the pages as they are. */
export function generate(
  action: Action,
  policies: Policies,
  read: (path: string) => string,
): Readonly<Record<string, string>> {
  const part = (path: string, name: string, text: string) => ({ [path]: replacePart(read(path), path, name, text) });
  const files = Object.entries(policies).map(([name, policy]) => [
    `docs/iam/${name}.json`,
    `${JSON.stringify(policy, null, 2)}\n`,
  ]);
  return {
    ...part('docs/inputs.md', 'inputs', inputTables(action)),
    ...part('docs/outputs.md', 'outputs', outputTable(action)),
    ...part('docs/iam.md', 'permissions', permissionTable(policies)),
    ...(Object.fromEntries(files) as Record<string, string>),
    [workflowPath]: calledWorkflow(read(workflowPath), action),
    'docs/rollout.schema.json': `${JSON.stringify(rolloutSchema, null, 2)}\n`,
  };
}

if (process.argv[1] === import.meta.filename) {
  const root = process.argv[2] ?? join(import.meta.dirname, '..', '..');
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const files = generate(readAction(join(root, 'action.yml')), commandPolicies(), read);
  mkdirSync(join(root, 'docs/iam'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
