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

/** Whether a registry takes it as a tag. */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** What a message says of text that is no tag. */
export const tagRule = 'is not a tag: 1 to 128 letters, digits and _.- and neither . nor - at the beginning';

function cutAt(text: string, at: number): readonly [string, string | undefined] {
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** As Docker tells a registry from the first part of a repository: by a dot or a port, and `localhost` is always one. */
function splitHost(name: string): Pick<Image, 'host' | 'repository'> {
  const [first, rest] = cutAt(name, name.indexOf('/'));
  if (rest === undefined || !(first === 'localhost' || /[.:]/.test(first))) return { repository: name };
  return { host: first, repository: rest };
}

/** Docker Hub goes by two names, and its official images (`library`) by one more; hosts have no upper and lower case. */
function wholeName({ host = 'docker.io', repository }: Image): string {
  const registry = host.toLowerCase();
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return `${registry}/${repository}`;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}

/** As the API reference of ContainerDefinition has it: what stands before an `@` counts. */
const longest = 255;

function faultOfText(text: string, named: string): string | undefined {
  if (text === '') return 'is empty';
  if (/\s/.test(text)) return 'has white space in it';
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return `begins with ${scheme}, which is not a part of an image's name`;
  return named.length > longest ? `has more than the ${longest} characters that ECS takes` : undefined;
}

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const path = new RegExp(`^${part}(?:/${part})*$`);
// How many digits there are is for the registry to judge: it depends on the algorithm.
const digest = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]+$/;

function faultOf(image: Image): string | undefined {
  if (image.host !== undefined && !host.test(image.host))
    return 'does not begin with a registry: its host, and a port of digits only';
  // The grammar takes the first part of `My-Org/app` for a host, which its own tests call a mistake.
  if (/[A-Z]/.test(image.repository)) return 'has capital letters in its repository; registries take small ones only';
  if (!path.test(image.repository))
    return 'is no repository: parts of small letters and digits, with . _ __ or hyphens within, and / between';
  if (image.tag !== undefined && !isTag(image.tag)) return `has after its colon what ${tagRule}`;
  if (image.digest !== undefined && !digest.test(image.digest))
    return 'has after its @ what is not a digest: sha256: and 64 hexadecimal digits';
  return undefined;
}
