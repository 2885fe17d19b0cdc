import { defined } from './json.ts';
/** The name of an image, in the parts that Docker reads in it; each is as it was written. */
export interface Image {
  /** The registry, with its port; absent where the name leaves it to be Docker Hub. */
  readonly host?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** An image, or why the text names none. */
export type ParsedImage =
  | { readonly image: Image; readonly wrong?: undefined }
  | { readonly image?: undefined; readonly wrong: string };

/** Reads `[host[:port]/]repository[:tag][@digest]`, after the grammar of github.com/distribution/reference. */
export function parseImage(text: string): ParsedImage {
  const [named, digest] = cutAt(text, text.indexOf('@'));
  const colon = named.lastIndexOf(':');
  // Before a slash it is the colon of a port.
  const [name, tag] = cutAt(named, colon > named.lastIndexOf('/') ? colon : -1);
  const image: Image = {
    ...splitHost(name),
    ...defined({ tag, digest }),
  };
  const wrong = faultOfText(text, named) ?? faultOf(image);
  return wrong === undefined ? { image } : { wrong };
}

/** The text that was parsed. */
export function printImage({ host, repository, tag, digest }: Image): string {
  const name = host === undefined ? repository : `${host}/${repository}`;
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The image without what says which version of it is meant. */
export function repositoryOf({ host, repository }: Image): Image {
  return host === undefined ? { repository } : { host, repository };
}

/** Whether both are in the same repository of the same registry: `nginx` is `docker.io/library/nginx`. */
export function sameRepository(one: Image, other: Image): boolean {
  return wholeName(one) === wholeName(other);
}

/** Whether both name the same version of the same image: no tag and no digest is `latest`. */
export function sameImage(one: Image, other: Image): boolean {
  const version = ({ tag, digest }: Image) => `${tag ?? (digest === undefined ? 'latest' : '')}@${digest ?? ''}`;
  return sameRepository(one, other) && version(one) === version(other);
}

/** Whether a text is a valid image tag. */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** The message for an invalid tag. */
export const tagRule = 'is not a valid tag; use 1 to 128 letters, digits and _.-, not starting with . or -';

function cutAt(text: string, at: number): readonly [string, string | undefined] {
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Splits off the registry host as Docker does: the first part if it has a dot or a port, or is `localhost`. */
function splitHost(name: string): Pick<Image, 'host' | 'repository'> {
  const [first, rest] = cutAt(name, name.indexOf('/'));
  if (rest === undefined || !(first === 'localhost' || /[.:]/.test(first))) return { repository: name };
  return { host: first, repository: rest };
}

/** Docker Hub has two host names, and its official images an optional `library/` prefix. Host names are case-insensitive. */
function wholeName({ host = 'docker.io', repository }: Image): string {
  const registry = host.toLowerCase();
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return `${registry}/${repository}`;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}

/** API reference of ContainerDefinition: the limit applies to the part before an `@`. */
const longest = 255;

function faultOfText(text: string, named: string): string | undefined {
  if (text === '') return 'is empty';
  if (/\s/.test(text)) return 'contains whitespace';
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return `starts with ${scheme}, which is not part of an image name; remove it`;
  return named.length > longest ? `is longer than ${longest} characters, the limit of ECS` : undefined;
}

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const path = new RegExp(`^${part}(?:/${part})*$`);
// The number of digits depends on the algorithm and is checked by the registry.
const digest = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]+$/;

function faultOf(image: Image): string | undefined {
  if (image.host !== undefined && !host.test(image.host))
    return 'does not start with a valid registry; use a host name, with a numeric port if needed';
  // Docker's grammar takes the first part of `My-Org/app` for a host, which its own tests call a mistake.
  if (/[A-Z]/.test(image.repository)) return 'has uppercase letters in its repository; use lowercase only';
  if (!path.test(image.repository))
    return 'has an invalid repository; use lowercase letters and digits, separated by . _ __ - or /';
  if (image.tag !== undefined && !isTag(image.tag)) return `has an invalid tag after its colon: it ${tagRule}`;
  if (image.digest !== undefined && !digest.test(image.digest))
    return 'has no valid digest after its @; a digest is sha256: and 64 hexadecimal digits';
  return undefined;
}
