import { distance } from 'fastest-levenshtein';
import { isName, isReference, isRegion, nameRule } from '../model/arn.ts';
import * as durations from '../model/duration.ts';
import type { Environment } from '../model/environment.ts';
import { linesOf } from '../model/lines.ts';
import type { Parsed } from '../model/parsed.ts';

/** Returns the trimmed text of an input. The runner upper-cases the name and keeps hyphens. */
export function textOf(name: string, environment: Environment): string {
  return (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

/** Parses the trimmed text of an input; the message has the text and what is allowed. */
export type Reader<T> = (text: string) => Parsed<T>;

const right = <T>(value: T): Parsed<T> => ({ value });
const wrong = <T>(text: string, allowed: string): Parsed<T> => ({ wrong: `${quoteValue(text)} ${allowed}` });

/** Accepts texts of one form. */
const readForm =
  (form: RegExp, otherwise: string): Reader<string> =>
  (text) =>
    form.test(text) ? right(text) : wrong(text, otherwise);

/** Formats a value for a message: on one line, at most 120 characters. */
export function quoteValue(value: unknown): string {
  const text = String(value).replaceAll(/\s+/g, ' ');
  return `\`${text.length > 120 ? `${text.slice(0, 119)}…` : text}\``;
}

/** Accepts any text. */
export const readText: Reader<string> = right;

/** Accepts one of the choices. */
export function readChoice<const T extends string>(...choices: readonly [T, ...T[]]): Reader<T> {
  const allowed = choices.length === 1 ? `the only choice is ${choices[0]}` : `choose one of ${choices.join(', ')}`;
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return right(chosen);
    const meant = choices.find((choice) => isNear(text.toLowerCase(), choice));
    return wrong(
      text,
      meant === undefined ? `is not known; ${allowed}` : `is not known; did you mean ${meant}? (${allowed})`,
    );
  };
}

/** Names of our commands in other tools. */
const otherNames: Readonly<Record<string, string>> = {
  deploy: 'rollout',
  release: 'rollout',
  update: 'rollout',
  canary: 'rollout',
  plan: 'rollout',
  create: 'up',
  preview: 'up',
  task: 'run',
  'run-task': 'run',
  'register-task-definition': 'register',
  render: 'register',
  revert: 'rollback',
  undo: 'rollback',
  test: 'rehearse',
};

/** Commands that delete something are never suggested for a typo. */
const destructive: readonly string[] = ['undeploy', 'sweep', 'continue', 'abort'];

/** Accepts a command name. Suggests similar names and names in other tools, except for destructive commands. */
export function readCommand<const T extends string>(commands: readonly [T, ...T[]]): Reader<T> {
  const read = readChoice(...commands);
  const safe = commands.filter((command) => !destructive.includes(command));
  return (text) => {
    const { value } = read(text);
    if (value !== undefined) return right(value);
    const typed = text.toLowerCase();
    const other = Object.hasOwn(otherNames, typed) ? otherNames[typed] : undefined;
    const meant = safe.find((command) => command === other) ?? safe.find((command) => isNear(typed, command));
    const dry = typed === 'plan' ? ' with `dry-run: true`' : '';
    const hint = meant === undefined ? '' : `; did you mean ${meant}${dry}?`;
    return wrong(text, `is not a command${hint} (choose one of ${commands.join(', ')})`);
  };
}

function isNear(text: string, choice: string): boolean {
  return distance(text, choice) <= 2 || (text.length > 2 && (choice.startsWith(text) || text.startsWith(choice)));
}

/** Accepts booleans of YAML 1.2's core schema, as `getBooleanInput` of @actions/core, so that `yes` and `1` are not silently false. */
export const readBoolean: Reader<boolean> = (text) => {
  if (['true', 'True', 'TRUE'].includes(text)) return right(true);
  if (['false', 'False', 'FALSE'].includes(text)) return right(false);
  return wrong(text, 'is not a boolean; use true or false (also True, TRUE, False or FALSE)');
};

/** Accepts a duration of at most 24 hours; `zero` says whether 0 is allowed. */
export function readDuration(range: { readonly zero: boolean }): Reader<durations.Duration> {
  return (text) => {
    const read = durations.readDuration(text, range);
    return read.wrong === undefined ? read : wrong(text, read.wrong);
  };
}

/** Accepts an AWS region of any partition. */
export const readRegion: Reader<string> = (text) => {
  if (isRegion(text)) return right(text);
  const zone = /^([a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2})[a-z]$/.exec(text)?.[1];
  const hint =
    zone === undefined ? 'use a region such as us-west-2' : `it looks like an Availability Zone; did you mean ${zone}?`;
  return wrong(text, `is not an AWS region; ${hint}`);
};

/** Accepts the name or ARN of a cluster or service. */
export function readReference(to: 'cluster' | 'service'): Reader<string> {
  return (text) => (isReference(text, to) ? right(text) : wrong(text, `${nameRule} (or the ARN of a ${to})`));
}

/** Accepts an existing task definition revision. */
export const readRevision = readForm(
  /^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/)?[A-Za-z0-9_-]{1,255}:[1-9]\d*$/,
  'is not a task definition revision; use family:revision (web:7) or its ARN (arn:aws:ecs:us-west-2:123456789012:task-definition/web:7)',
);

const bases = ['file', 'service', 'latest'] as const;

/** One of the three words that every command takes for it. */
export const readUsualBase = readChoice(...bases);

/** What is edited: a word, or a family or a revision of one. */
export const readBase: Reader<string> = (text) => {
  const word = readUsualBase(text);
  if (word.value !== undefined || /^[A-Za-z0-9_-]{1,255}$/.test(text) || readRevision(text).value !== undefined) {
    return right(text);
  }
  return wrong(text, `is not known; choose one of ${bases.join(', ')}, or write a family or a revision (web, web:7)`);
};

/** Path of a task definition file; the AWS CLI writes `file://` before it. */
export const readDefinitionPath: Reader<string> = (text) => {
  if (readRevision(text).value !== undefined) {
    return wrong(text, 'is a revision, not a file; use the input `task-definition-arn` for it');
  }
  if (text.startsWith('{')) return wrong(text, 'is JSON; write it to a file, and set the path of that file here');
  if (text.includes('\n')) return wrong(text, 'has several lines; set the path of one file');
  const [, scheme, path] = /^([a-z]+):\/\/(.*)$/i.exec(text) ?? [];
  if (scheme === undefined) return right(text);
  return wrong(text, scheme === 'file' ? `is a URL; write ${path}` : 'is a URL; set the path of a file on the runner');
};

/** Accepts the ARN of an IAM role; a name does not contain the account. */
export const readRole = readForm(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/([\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/,
  'is not the ARN of a role; use an ARN such as arn:aws:iam::123456789012:role/deploy-web',
);

/** Accepts a role session name of STS. */
export const readSessionName = readForm(
  /^[\w+=,.@-]{2,64}$/,
  'is not a role session name; use 2 to 64 letters, digits and +=,.@_-',
);

/** Accepts an external ID of STS. */
export const readExternalId = readForm(
  /^[\w+=,.@:/-]{2,1224}$/,
  'is not an external ID; use 2 to 1224 letters, digits and +=,.@:/_-',
);

/** Accepts an ECS container instance, or an EC2 instance id. */
export const readInstance = readForm(
  /^((arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:container-instance\/([A-Za-z0-9_-]+\/)?)?([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})|i-([0-9a-f]{8}|[0-9a-f]{17}))$/,
  'is not an instance; use the ARN or id (32 hex digits) of a container instance, or the id of an EC2 instance (i-…)',
);

/** Accepts one name per line; ignores blank lines. */
export const readLines: Reader<readonly string[]> = (text) => {
  const lines = linesOf(text);
  const twice = lines.find((line, index) => lines.indexOf(line) !== index);
  return twice === undefined
    ? right(lines)
    : wrong(twice, 'is listed more than once; list each name once, one per line');
};

/** Accepts an integer in a range. */
export function readCount({ from, to }: { readonly from: number; readonly to: number }): Reader<number> {
  return (text) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return count >= from && count <= to ? right(count) : wrong(text, `is not a whole number from ${from} to ${to}`);
  };
}

/** Accepts a name in a task definition. */
export function readName(of: string): Reader<string> {
  return (text) => (isName(text) ? right(text) : wrong(text, `${nameRule} (the name of a ${of})`));
}

/** Accepts a command: one argument per line, or one JSON array of strings. */
export const readArguments: Reader<readonly string[]> = (text) => {
  if (!text.startsWith('[')) return right(linesOf(text));
  const list = parseJson(text);
  if (Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'string')) return right(list);
  return wrong(
    text,
    'is not a JSON array of strings; use one such as ["bin/migrate", "--all"], or one argument per line',
  );
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Accepts a revision to roll back to: its number, `family:revision`, or its ARN. */
export const readTarget: Reader<string> = (text) =>
  /^[1-9]\d{0,8}$/.test(text) || readRevision(text).value !== undefined
    ? right(text)
    : wrong(text, 'is not a revision; use its number (41), family:revision (web:41), or its ARN');

/** Accepts a token. Without a runner, the expression that is its default is not evaluated and means absent. */
export const readToken: Reader<string | undefined> = (text) => right(text.startsWith('${{') ? undefined : text);

/** Accepts `auto` or a boolean. */
export const readCommenting: Reader<boolean | 'auto'> = (text) => {
  if (text === 'auto') return right(text);
  const { value } = readBoolean(text);
  return value === undefined ? wrong(text, 'is not allowed; use auto, true or false') : right(value);
};

/** Accepts a GitHub environment name of at most 255 characters. */
export const readEnvironmentName = readForm(
  /^[^\n]{0,255}$/,
  'is not an environment name; use one line of at most 255 characters',
);

/** Accepts an http(s) URL. */
export const readWebAddress: Reader<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol)
    ? right(text)
    : wrong(text, 'is not a URL; use one such as https://staging.example.com');
};

/** Accepts a branch, tag or commit of git; removes `refs/heads/` and `refs/tags/`. */
export const readGitRef: Reader<string> = (text) => {
  const name = text.replace(/^refs\/(heads|tags)\//, '');
  return /^[^\s~^:?*[\\]{1,255}$/.test(name)
    ? right(name)
    : wrong(text, 'is not a branch, tag or commit; use one such as main, v1.2.3 or refs/heads/main');
};

/** Accepts a GitHub repository; `..` would lead to another path of the API. */
export const readRepository = readForm(
  /^(?!\.{1,2}\/)[\w.-]{1,100}\/(?!\.{1,2}$)[\w.-]{1,100}$/,
  'is not a repository; use owner/name, such as octo-org/web',
);
