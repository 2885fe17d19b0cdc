/** What a text that a person wrote means, or what is wrong with it. */
export type Parsed<T> =
  | { readonly value: T; readonly wrong?: undefined }
  | { readonly value?: undefined; readonly wrong: string };
