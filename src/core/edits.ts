/** What is changed in a task definition before it is registered. */
export interface Edits {
  /** Without `container`: of every container that has an image of the same repository. */
  readonly images: readonly { readonly container?: string; readonly image: string }[];
  /** The new tag, and the input that it comes from. */
  readonly tag?: { readonly from: 'image-tag' | 'image-tag-env'; readonly value: string };
  /** Without `container`: of every container. */
  readonly environment: readonly { readonly container?: string; readonly name: string; readonly value: string }[];
}
