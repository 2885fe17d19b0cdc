import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Edits } from '../model/edits.ts';
import {
  type Image,
  isTag,
  parseImage,
  printImage,
  repositoryOf,
  sameImage,
  sameRepository,
  tagRule,
} from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { suggest } from '../model/suggest.ts';

type Containers = readonly ContainerDefinition[];
type ImageEdit = Edits['images'][number];
type Tag = NonNullable<Edits['tag']>;

/** Containers with replaced images. */
export interface ImagesEdited {
  readonly containers: Containers;
  readonly problems: readonly Problem[];
  /** Images pinned by a digest, which a tag alone does not change, as `container = image`. */
  readonly left: readonly string[];
}

/** Replaces images by container name or by exact repository, never by a substring. */
export function editImages(containers: Containers, { images, tag }: Pick<Edits, 'images' | 'tag'>): ImagesEdited {
  if (tag !== undefined && !isTag(tag.value))
    return { containers, problems: [{ where: tag.from, what: `its value ${tagRule}` }], left: [] };
  if (images.length > 0) return replaceImages(containers, images, tag);
  return tag === undefined ? { containers, problems: [], left: [] } : retag(containers, tag);
}

/** Formats images for messages: `web = registry.example/web:1, log = fluent-bit:3`. */
export function formatImages(containers: Containers): string {
  return containers.map(({ name, image }) => `${name} = ${image}`).join(', ') || 'no container';
}

function replaceImages(containers: Containers, edits: Edits['images'], tag: Tag | undefined): ImagesEdited {
  const wishes = edits.map((edit) => wishOf(edit, containers, tag));
  const found = wishes.flatMap((wish) => ('image' in wish ? [wish] : []));
  const chosen = containers.map((container) => found.filter(({ targets }) => targets.includes(container)));
  return {
    containers: containers.map((container, index) => {
      const [wish] = chosen[index] ?? [];
      return wish === undefined ? container : withImage(container, wish.image);
    }),
    problems: [
      ...wishes.flatMap((wish) => ('what' in wish ? [wish] : [])),
      ...containers.flatMap(({ name }, index) => contradiction(name, chosen[index] ?? [])),
    ],
    left: [],
  };
}

/** One line of the input, understood: the image as it will be, and the containers that get it. */
interface Wish {
  readonly image: Image;
  readonly targets: Containers;
}

function wishOf(edit: ImageEdit, containers: Containers, tag: Tag | undefined): Wish | Problem {
  const problem = (what: string): Problem => ({ where: 'image', what });
  const { image, wrong } = parseImage(edit.image);
  if (wrong !== undefined) return problem(`\`${edit.image}\` ${wrong}`);
  if (tag !== undefined && image.tag !== undefined && image.tag !== tag.value)
    return problem(`\`${edit.image}\` has a tag, but ${otherTag(tag)}; set only one tag`);
  const targets = targetsOf(edit, image, containers);
  if (targets.length > 0) return { image: versioned(image, tag), targets };
  return problem(edit.container === undefined ? noImage(image, containers) : noContainer(edit, containers));
}

/** A value from the environment is never shown. */
function otherTag({ from, value }: Tag): string {
  return from === 'image-tag' ? `\`image-tag\` is ${value}` : 'the variable of `image-tag-env` contains another one';
}

function targetsOf({ container }: ImageEdit, image: Image, containers: Containers): Containers {
  if (container !== undefined) return containers.filter(({ name }) => name === container);
  return containers.filter((one) => {
    const there = imageOf(one);
    return there !== undefined && sameRepository(there, image);
  });
}

/** A tag replaces a digest: with both, the digest would win. */
function versioned(image: Image, tag: Tag | undefined): Image {
  if (image.tag !== undefined) return image;
  if (tag !== undefined) return { ...repositoryOf(image), tag: tag.value };
  return image.digest === undefined ? { ...image, tag: 'latest' } : image;
}

function noImage(image: Image, containers: Containers): string {
  const repository = printImage(repositoryOf(image));
  const example = `${containers[0]?.name ?? 'container'}=${printImage(image)}`;
  const next = `to change the repository of a container's image, name the container: \`${example}\``;
  return `no container has an image of \`${repository}\`; ${next} (images: ${formatImages(containers)})`;
}

function noContainer({ container = '', image }: ImageEdit, containers: Containers): string {
  const near = suggest(
    container,
    containers.flatMap(({ name }) => name ?? []),
  );
  const hint = near === undefined ? '' : `; did you mean \`${near}=${image}\`?`;
  return `there is no container \`${container}\`${hint} (images: ${formatImages(containers)})`;
}

function contradiction(name: string | undefined, wishes: readonly Wish[]): readonly Problem[] {
  const [first, ...others] = wishes;
  if (first === undefined || others.every(({ image }) => sameImage(image, first.image))) return [];
  const images = wishes.map(({ image }) => `\`${printImage(image)}\``).join(' and ');
  return [
    {
      where: 'image',
      what: `container ${name} cannot have both ${images}; set one image per container with container=image`,
    },
  ];
}

function retag(containers: Containers, tag: Tag): ImagesEdited {
  const pinned = containers.filter((one) => imageOf(one)?.digest !== undefined);
  const problems = containers.flatMap((one) => untaggable(one, tag));
  if (pinned.length > 0 && pinned.length === containers.length) problems.push(allPinned(pinned, tag));
  const retagged = containers.map((one) => {
    const image = imageOf(one);
    return image === undefined || image.digest !== undefined ? one : withImage(one, { ...image, tag: tag.value });
  });
  const changes = retagged.some((one, index) => one !== containers[index]);
  return {
    containers: retagged,
    problems: [...problems, ...(changes ? notMeant(containers, tag) : [])],
    left: pinned.map((one) => formatImages([one])),
  };
}

/**
 * A tag belongs to one repository; in another it is a different version or does not exist. The input `image` selects the
 * repository. A single repository needs no selection, unless it is a public sidecar next to a pinned image.
 */
function notMeant(containers: Containers, tag: Tag): readonly Problem[] {
  const all = containers.flatMap((one) => {
    const image = imageOf(one);
    return image === undefined ? [] : [{ container: one, image }];
  });
  const loose = all.filter(({ image }) => image.digest === undefined);
  const [first, ...others] = loose;
  if (first === undefined) return [];
  const several = others.some(({ image }) => !sameRepository(image, first.image));
  const aside = isPublic(first.image) && all.some(({ image }) => !isPublic(image));
  if (!several && !aside) return [];
  const own = loose.find(({ image }) => !isPublic(image)) ?? all.find(({ image }) => !isPublic(image)) ?? first;
  const effect = several ? 'would change images of several repositories' : 'would change a public image only';
  const example = `\`image: ${printImage({ ...repositoryOf(own.image), tag: exampleTag(tag) })}\``;
  const what = `${effect}: ${formatImages(loose.map(({ container }) => container))}; select the image with the input \`image\` instead, such as ${example}`;
  return [{ where: tag.from, what }];
}

/** A value from the environment is not shown. */
const exampleTag = ({ from, value }: Tag): string => (from === 'image-tag' ? value : 'TAG');

/** Public registries with images of third parties, whose tags are unrelated to the user's commits. */
function isPublic({ host = 'docker.io', repository }: Image): boolean {
  if (/^(public\.ecr\.aws|mcr\.microsoft\.com|registry\.k8s\.io|k8s\.gcr\.io|gcr\.io|quay\.io)$/i.test(host))
    return true;
  const hub = /^((index\.)?docker\.io|registry-1\.docker\.io)$/i.test(host);
  return hub && (!repository.includes('/') || repository.startsWith('library/'));
}

function untaggable({ name, image = '' }: ContainerDefinition, { from }: Tag): readonly Problem[] {
  const { wrong } = parseImage(image);
  if (wrong === undefined) return [];
  const next = `the input \`image\` can set it (\`${name}=…\`)`;
  return [{ where: from, what: `cannot be the tag of container ${name}'s image: \`${image}\` ${wrong}; ${next}` }];
}

function allPinned(pinned: Containers, { from }: Tag): Problem {
  const [first] = pinned;
  const image = first === undefined ? undefined : imageOf(first);
  const example = image === undefined ? '' : `, as in \`${first?.name}=${printImage(repositoryOf(image))}\``;
  const what = `changes nothing, because every image is pinned by a digest; name the image that gets the tag in the input \`image\`${example}`;
  return { where: from, what: `${what} (images: ${formatImages(pinned)})` };
}

const imageOf = ({ image }: ContainerDefinition): Image | undefined => parseImage(image ?? '').image;

/** Keeps the spelling of an equivalent image, so that no revision is registered for it. */
function withImage(container: ContainerDefinition, image: Image): ContainerDefinition {
  const there = imageOf(container);
  return there !== undefined && sameImage(there, image) ? container : { ...container, image: printImage(image) };
}
