import { isName, nameRule } from '../model/arn.ts';
import { type Edits, splitVariable } from '../model/edits.ts';
import type { Environment } from '../model/environment.ts';
import { isTag, parseImage, sameRepository, tagRule } from '../model/image.ts';
import type { Parsed } from '../model/parsed.ts';
import type { Problem } from '../model/problem.ts';
import { quoteValue, type Reader, readLines } from './input-kinds.ts';

type ImageEdit = Edits['images'][number];
type Variable = Edits['environment'][number];

/** Reads an image or `container=image` per line. */
export const readImages: Reader<Edits['images']> = (text) => {
  const { value: lines, wrong } = readLines(text);
  if (wrong !== undefined) return { wrong };
  const images = lines.map(readImage);
  const bad = images.flatMap((image) => image.wrong ?? []);
  if (bad.length > 0) return { wrong: bad.join('; ') };
  const value = images.flatMap((image) => image.value ?? []);
  const twice = value.find((one, index) => value.slice(0, index).some((other) => compete(one, other)));
  if (twice === undefined) return { value };
  const what = twice.container === undefined ? 'has the same repository as' : 'is for the same container as';
  return { wrong: `${quoteValue(lineOf(twice))} ${what} another line; set each image only once` };
};

/** An image name cannot contain `=`. */
function readImage(line: string): Parsed<ImageEdit> {
  const at = line.indexOf('=');
  const container = line.slice(0, Math.max(0, at)).trim();
  const image = line.slice(at + 1).trim();
  if (at !== -1 && !isName(container))
    return { wrong: `${quoteValue(line)}: the part before = ${nameRule}; use container=image` };
  const { wrong } = parseImage(image);
  if (wrong !== undefined) return { wrong: `${quoteValue(image)} ${wrong}` };
  return { value: at === -1 ? { image } : { container, image } };
}

function compete(one: ImageEdit, other: ImageEdit): boolean {
  if (one.container !== undefined || other.container !== undefined) return one.container === other.container;
  const [a, b] = [parseImage(one.image).image, parseImage(other.image).image];
  return a !== undefined && b !== undefined && sameRepository(a, b);
}

const lineOf = ({ container, image }: ImageEdit): string => (container === undefined ? image : `${container}=${image}`);

/** Reads a tag; a leading colon is a common mistake. */
export const readTag: Reader<string> = (text) => {
  const tag = text.replace(/^:/, '');
  if (isTag(tag)) return { value: tag };
  const hint = /[/:@]/.test(tag) ? ' (for an image name or a digest, use the input `image`)' : '';
  return { wrong: `${quoteValue(text)} ${tagRule}${hint}` };
};

/** Reads the name of an environment variable, as in a shell. */
export const readVariableName: Reader<string> = (text) => {
  if (/^[A-Za-z_]\w*$/.test(text)) return { value: text };
  const bare = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(text)?.[1];
  const hint = bare === undefined ? 'use letters, digits and _, not starting with a digit' : `use ${bare}`;
  return { wrong: `${quoteValue(text)} is not the name of an environment variable; ${hint}` };
};

/** Reads `NAME=value` for all containers, or `container.NAME=value`, one per line. Errors never contain values. */
export const readEnvironmentVariables: Reader<Edits['environment']> = (text) => {
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  const read = lines.map(({ line, number }) => readVariable(line.trim(), number));
  const bad = read.flatMap(({ wrong }) => wrong ?? []);
  if (bad.length > 0) return { wrong: bad.join('; ') };
  const value = read.flatMap((one) => one.value ?? []);
  const names = value.map(({ container, name }) => (container === undefined ? name : `${container}.${name}`));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return { value };
  return { wrong: `${quoteValue(twice)} is set more than once; set each variable once` };
};

/** A bad line may be part of a value with line breaks, so no part of it is shown. */
function readVariable(line: string, number: number): Parsed<Variable> {
  const at = line.indexOf('=');
  if (at === -1)
    return { wrong: `line ${number} has no =; use NAME=value or container.NAME=value, each value on one line` };
  const [key, value] = [line.slice(0, at), line.slice(at + 1)];
  const { container, name } = splitVariable(key);
  if (name === '' || /[\s\p{C}]/u.test(name))
    return { wrong: `line ${number} has no variable name before its =; use a name without whitespace` };
  if (container === undefined) return { value: { name, value } };
  if (!isName(container)) return { wrong: `line ${number}: the part before the first dot ${nameRule}` };
  return { value: { container, name, value } };
}

/** The parsed inputs that edit a task definition. */
interface EditInputs {
  readonly command: string;
  readonly image: Edits['images'];
  readonly imageTag: string | undefined;
  readonly imageTagEnv: string | undefined;
  readonly environmentVariables: Edits['environment'];
}

/** Returns the edits of a task definition by inputs; a tag can be in an environment variable. */
export function readEdits(
  { command, image, imageTag, imageTagEnv, environmentVariables }: EditInputs,
  environment: Environment,
): { readonly edits: Edits; readonly problems: readonly Problem[] } {
  // The variables of a one-off task are passed to the task: they need no new revision.
  const edits: Edits = { images: image, environment: command === 'run' ? [] : environmentVariables };
  if (imageTag !== undefined) return { edits: { ...edits, tag: { from: 'image-tag', value: imageTag } }, problems: [] };
  if (imageTagEnv === undefined) return { edits, problems: [] };
  const text = environment[imageTagEnv]?.trim() ?? '';
  const where = 'image-tag-env';
  if (text === '') {
    const state = environment[imageTagEnv] === undefined ? 'is not set in the environment of this step' : 'is empty';
    return { edits, problems: [{ where, what: `the variable ${imageTagEnv} ${state}; set it to the new tag` }] };
  }
  const { value } = readTag(text);
  // Values of the environment are never shown.
  if (value === undefined) return { edits, problems: [{ where, what: `the value of ${imageTagEnv} ${tagRule}` }] };
  return { edits: { ...edits, tag: { from: 'image-tag-env', value } }, problems: [] };
}
