import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import type { Problem } from '../model/problem.ts';
import { suggest } from '../model/suggest.ts';

/** A directory that an input names: how the user calls it, and where it is. */
export interface Place {
  readonly input: 'deploy-context' | 'task-definition';
  /** The directory as the user wrote it, with `/`. */
  readonly shown: string;
  readonly directory: string;
  readonly workspace: string;
}

/** A file of the deploy context. */
export interface ContextFile {
  /** The path for messages, such as `deploy/production/service.json`. */
  readonly shown: string;
  /** The path relative to the workspace, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Resolves the user's directory relative to the workspace; it may be outside the workspace. */
export function placeOf(directory: string, workspace: string): Place {
  const shown = posix.normalize(directory.trim().replaceAll('\\', '/')).replace(/(?<=.)\/$/, '');
  return { input: 'deploy-context', shown, directory: resolve(workspace, shown), workspace };
}

/** The directory and the name of a task definition file; the path is relative to the workspace, or absolute. */
export function placeOfFile(path: string, workspace: string): { readonly place: Place; readonly name: string } {
  const { shown } = placeOf(path, workspace);
  const place = placeOf(posix.dirname(shown), workspace);
  return { place: { ...place, input: 'task-definition' }, name: posix.basename(shown) };
}

/** A file as a user would type it. */
export const shownPath = ({ shown }: Place, name: string): string => posix.join(shown, name);

/** Returns why the directory cannot be a deploy context. */
export async function missingDirectory(place: Place): Promise<Problem | undefined> {
  const { shown, directory, workspace } = place;
  const where = 'deploy-context';
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory()) {
    return (await leadsOut(place, directory)) ? { where, what: `${shown} ${strayed}` } : undefined;
  }
  if (found !== undefined)
    return { where, what: `${shown} is a file, but must be a directory; use the directory that contains the file` };
  if ((await namesIn(workspace)).length === 0) {
    const what = `directory ${shown} does not exist: the workspace is empty; add a step with actions/checkout before this one`;
    return { where, what };
  }
  return { where, what: `directory ${shown} does not exist in the workspace (full path: ${directory})` };
}

/** Reads one file. A missing file is a problem only if it is needed. */
export async function readContextFile(
  place: Place,
  name: string,
  needed: boolean,
): Promise<{ file?: ContextFile; problems: readonly Problem[] }> {
  const full = join(place.directory, name);
  const path = relative(place.workspace, full).replaceAll(sep, '/');
  const shown = shownPath(place, name);
  try {
    if (await leadsOut(place, full)) return { problems: [{ where: shown, what: strayed }] };
    // Fatal, because PowerShell's `>` writes UTF-16. The decoder drops a byte order mark.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(full));
    return { file: { shown, path, text }, problems: [] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return { problems: needed ? [await missingFile(place, name)] : [] };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { problems: [{ where: shown, what: 'is not UTF-8 text; save it as UTF-8' }] };
    if (code === 'EISDIR') {
      const help = place.input === 'task-definition' ? '; set the path of the file in it, or use `deploy-context`' : '';
      return { problems: [{ where: shown, what: `is a directory, not a file${help}` }] };
    }
    if (code !== '') return { problems: [{ where: shown, what: `cannot be read (${code})` }] };
    throw error;
  }
}

const strayed = 'is a symbolic link to a target outside the workspace, which is not read; replace it with the files';

/**
 * Whether symbolic links lead out of the directory. A pull request can add links (git stores them), and must not get other
 * files of the runner quoted in messages or in a plan.
 */
async function leadsOut({ workspace, directory }: Place, path: string): Promise<boolean> {
  const root = isIn(workspace, directory) ? workspace : directory;
  return !isIn(await realpath(root), await realpath(path));
}

function isIn(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function missingFile(place: Place, name: string): Promise<Problem> {
  const { shown, directory } = place;
  if (place.input === 'task-definition') return missingDefinition(place, name);
  const names = await namesIn(directory);
  const some = names.length > 10 ? [...names.slice(0, 10), `and ${names.length - 10} more`] : names;
  const there = names.length === 0 ? 'the directory is empty' : `it contains ${some.join(', ')}`;
  const meant = misnamed(name, names);
  const input = (file: string) =>
    name === 'service.json' ? '' : `, or set \`task-definition: ${shownPath(place, file)}\``;
  const help = meant === undefined ? '' : `; if ${meant} is this file, rename it to ${name}${input(meant)}`;
  return { where: place.input, what: `no '${name}' in ${shown}; ${there}${help}` };
}

/** A file of any name, such as one that a step before this one has written. */
async function missingDefinition(place: Place, name: string): Promise<Problem> {
  const { input: where, shown, directory, workspace } = place;
  const none = `no file ${shownPath(place, name)} found`;
  if (isIn(workspace, directory) && (await namesIn(workspace)).length === 0) {
    return { where, what: `${none}: the workspace is empty; add a step with actions/checkout before this one` };
  }
  const names = await namesIn(directory);
  const near = suggest(name, names) ?? misnamed(name, names);
  const help = near === undefined ? '' : `; did you mean ${shownPath(place, near)}?`;
  const state = names.length === 0 ? `there is no directory ${shown}, or it is empty` : `looked in ${directory}`;
  return { where, what: `${none} (${state})${help}` };
}

/** Returns the JSON file that is probably meant: by its name, or because it is the only one. */
function misnamed(name: string, names: readonly string[]): string | undefined {
  const taken = name === 'service.json' ? 'task-definition.json' : 'service.json';
  const others = names.filter((one) => /\.json$/i.test(one) && one !== taken);
  const near = others.filter((one) => (name === 'service.json' ? /service|svc/i : /task|def/i).test(one));
  const [only, ...more] = near.length > 0 ? near : others;
  return more.length === 0 ? only : undefined;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(() => [])).sort();
}
