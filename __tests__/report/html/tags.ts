import { expect } from 'vitest';

/** The page without what is no markup: style, script and data. */
export const markupOf = (page: string): string =>
  page.replace(/<style>[\s\S]*?<\/style>/, '').replaceAll(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1</script>');

/** A tag as we write them; no other `<` may be in the page. */
const tag = /<(?:!doctype html|\/?([a-z][a-z0-9]*)((?: [a-z][a-z-]*(?:="[^"<>]*")?)*))>/g;

/** A tag with its attributes as they are written. */
export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** All tags of a page, as a browser would find them if they were all that there is. */
export function tagsOf(page: string): readonly Tag[] {
  return [...markupOf(page).matchAll(tag)].map(([, name = '', rest = '']) => ({
    name,
    attributes: Object.fromEntries(
      [...rest.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, value]),
    ),
  }));
}

const names = new Set(
  `html head meta title style body header p i h1 span nav ul li a main section h2 h3 dl div dt dd code strong pre button b
  kbd output details summary ol table thead tbody tr th td form input label small script`.split(/\s+/),
);
const attributes = new Set(
  `lang charset http-equiv content name id class href rel title aria-label aria-labelledby aria-live aria-hidden role
  tabindex type placeholder value checked scope open hidden style data-begin data-from data-to data-end data-e
  data-name`.split(/\s+/),
);

/** A page of which nothing has broken out: each `<` begins a tag of ours, and an address leads to the console or the page. */
export function expectSoundHtml(page: string): void {
  const orphan = /.{0,80}[<>].{0,80}/s.exec(markupOf(page).replaceAll(tag, ''))?.[0];
  expect(orphan).toBeUndefined();
  const found = tagsOf(page);
  expect(found.map(({ name }) => name).filter((name) => name !== '' && !names.has(name))).toEqual([]);
  const used = new Set(found.flatMap((one) => Object.keys(one.attributes)));
  expect([...used].filter((name) => !attributes.has(name))).toEqual([]);
  for (const { attributes: own } of found) {
    expect(own.href ?? '#').toMatch(
      /^(#[\w-]*$|https:\/\/[\w-]+\.console\.(aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)\/)/,
    );
    expect(own.style ?? '').toMatch(/^(left:[\d.e-]+%(;width:[\d.e-]+%)?)?$/);
  }
}
