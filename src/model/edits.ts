/** What the inputs change in a task definition before it is registered. */
export interface Edits {
  /** Images for one container, or for every container that has an image of the same repository. */
  readonly images: readonly { readonly container?: string; readonly image: string }[];
  /** The tag for images that name none, and the input that it comes from. */
  readonly tag?: { readonly from: 'image-tag' | 'image-tag-env'; readonly value: string };
  /** Variables for one container, or for all. */
  readonly environment: readonly { readonly container?: string; readonly name: string; readonly value: string }[];
}

/** `NAME` for all containers, `container.NAME` for one; whether these are names is not checked. */
export function splitVariable(key: string): { readonly container?: string; readonly name: string } {
  const dot = key.indexOf('.');
  return dot === -1 ? { name: key } : { container: key.slice(0, dot), name: key.slice(dot + 1) };
}

/** Whether nothing is to be changed. */
export const isUnedited = ({ images, tag, environment }: Edits): boolean =>
  images.length === 0 && tag === undefined && environment.length === 0;
