/** Changes by inputs to a task definition before it is registered. */
export interface Edits {
  /** Images for one container, or for all containers with an image of the same repository. */
  readonly images: readonly { readonly container?: string; readonly image: string }[];
  /** The tag for images without one, and the input that sets it. */
  readonly tag?: { readonly from: 'image-tag' | 'image-tag-env'; readonly value: string };
  /** Variables for one container, or for all. */
  readonly environment: readonly { readonly container?: string; readonly name: string; readonly value: string }[];
}

/** `NAME` for all containers, `container.NAME` for one; whether these are names is not checked. */
export function splitVariable(key: string): { readonly container?: string; readonly name: string } {
  const dot = key.indexOf('.');
  return dot === -1 ? { name: key } : { container: key.slice(0, dot), name: key.slice(dot + 1) };
}

/** Whether there are no edits. */
export const isUnedited = ({ images, tag, environment }: Edits): boolean =>
  images.length === 0 && tag === undefined && environment.length === 0;
