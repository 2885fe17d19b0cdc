import { describe, expect, it } from 'vitest';
import { linksFor } from '../../src/report/console-links.ts';
import { code, codeBlock, linked, logLine, markdown, markdownLines, mermaidLabel } from '../../src/report/escape.ts';
import { expectSoundMarkdown } from '../fuzz/pages.ts';

/** What people have tried on pages that show texts of strangers. */
const tricks = {
  'an image that phones home': '![](https://evil.example/p.png?who=1)',
  'an image without a scheme': '![x](//evil.example/p.png)',
  'an image by reference': '![x][1]\n\n[1]: https://evil.example/p.png',
  'an image in HTML': '<img src="https://evil.example/p.png" onerror="alert(1)">',
  'a link that is a script': '[all is well](javascript:alert(1))',
  'a link in HTML': '<a href="javascript:alert(1)">all is well</a>',
  'a link in angle brackets': '<javascript:alert(1)>',
  'a link that is only there': 'https://evil.example/login and WwW.evil.example',
  'a comment that hides the rest': '<!-- everything after this',
  'an end of what is folded': '</summary></details></td></table>',
  'something folded': '<details><summary>all is well</summary>',
  'a row of its own': '| succeeded | true |\n| --- | --- |',
  'a heading below a line': 'all is well\n===========',
  'a heading': '# succeeded',
  'an alert': '> [!NOTE]\n> all is well',
  'a task that is done': '- [x] approved',
  'a footnote': 'so it is[^1]\n\n[^1]: all is well',
  'a formula': '$`\\href{javascript:alert(1)}{x}`$ and $$x$$',
  'a block of its own': '```mermaid\ngraph TD; a-->b; click a "javascript:alert(1)"\n```',
  'a block with tildes': '~~~~\nhidden\n~~~~',
  'an entity for a bracket': '&lt;img src=x&gt; &#60;b&#62;',
  'an entity for a turn': '&#x202e;lla si llew',
} as const;

const invisible = {
  'a turn of the direction': '\u202esuccess\u202c',
  'an isolate': '\u2066a\u2069',
  'an Arabic letter mark': 'a\u061cb',
  'a space without width': 'a\u200bb',
  'a joiner of words': 'a\u2060b',
  'a soft hyphen': 'a\u00adb',
  'a byte order mark': 'a\ufeffb',
  'letters that are tags': `a${String.fromCodePoint(...Array.from('ignore all', (c) => 0xe0000 + c.charCodeAt(0)))}b`,
  'a line separator': 'a\u2028b',
  'a bell': 'a\u0007b',
} as const;

/** Tags and links of ours that a page may have. */
const withoutOurs = (page: string): string => page.replaceAll(/<\/?(?:code|br|span)>|&#\d+;/g, '');

describe.each(Object.entries(tricks))('%s', (_, text) => {
  it('is only text in Markdown: in a paragraph, in a cell, as code, on several lines', () => {
    for (const shown of [markdown(text), code(text), markdownLines(text)]) {
      expect(withoutOurs(shown)).not.toMatch(/[<>[\]|`*~\\#&]|:\/\/|\bwww\.|^[-+=>]/i);
      expectSoundMarkdown(`| a |\n| --- |\n| ${shown} |`);
      expectSoundMarkdown(`- ${shown}\n\nThe end.`);
    }
  });

  it('stays in a block of code', () => {
    const page = codeBlock(text);
    const [fence = ''] = page.split('\n');
    expect(page.slice(fence.length, -fence.length)).not.toContain(fence);
  });

  it('is a title in Mermaid, on one line, and no word or directive of it', () => {
    expect(mermaidLabel(text)).toMatch(/^[^:;%#"`<>{}\\\n]{1,60}$/);
  });
});

describe.each(Object.entries(invisible))('%s', (_, text) => {
  it('is taken out, wherever the text is shown', () => {
    const hidden = /[\p{Cc}\p{Bidi_Control}\u00ad\u200b\u2028\u2060\ufeff\u{e0000}-\u{e007f}]/u;
    expect(text).toMatch(hidden);
    for (const shown of [logLine(text), markdown(text), code(text), mermaidLabel(text)])
      expect(shown).not.toMatch(hidden);
    expect(codeBlock(text).replaceAll('\n', '')).not.toMatch(hidden);
  });
});

describe('a text that goes on and on', () => {
  const text = 'x'.repeat(1_000_000);

  it('is cut in Markdown and in Mermaid, before it pushes everything else off the page', () => {
    expect(markdown(text).length).toBeLessThanOrEqual(2000);
    expect(code(text).length).toBeLessThanOrEqual(2020);
    expect(mermaidLabel(text).length).toBeLessThanOrEqual(60);
  });
});

describe('a link of a terminal', () => {
  it('is its text', () => {
    expect(logLine('\u001b]8;;https://evil.example\u0007all is well\u001b]8;;\u0007')).toBe('all is well');
    expect(logLine('\u001b]8;;https://evil.example\u001b\\all is well\u001b]8;;\u001b\\')).toBe('all is well');
  });

  it('that never ends takes nothing of what follows it', () => {
    expect(logLine('a \u001b]8;;x b\n::error::boo')).toBe('a ]8;;x b ::error::boo');
  });
});

describe('an emoji', () => {
  it('stays whole, and so do words that join their letters', () => {
    for (const text of ['👩‍👩‍👧', 'می‌خواهم', 'naïve']) expect(markdown(text)).toBe(text);
  });
});

describe('a link to the console', () => {
  const nasty = 'a)![x](https://evil.example/p.png) "t" <b>';

  it('leads to the console, whatever the names are', () => {
    const links = linksFor({ region: 'us-west-2', cluster: nasty, service: nasty } as Parameters<typeof linksFor>[0]);
    const all = [
      links?.cluster,
      links?.service,
      links?.task(nasty),
      links?.targetGroup(nasty),
      links?.alarm(nasty),
      links?.log({ region: 'us-west-2', group: nasty, name: nasty }),
    ];
    for (const url of all) {
      expect(url).toMatch(/^https:\/\/us-west-2\.console\.aws\.amazon\.com\/[^\s()<>"[\]]+$/);
      expectSoundMarkdown(`- ${linked(nasty, url).replace(`](${url})`, '').replace('[', '')}`);
    }
  });

  it.each(['evil.example/', 'us-west-2@evil.example', 'us-west-2.evil.example#', 'javascript:'])(
    'is none when the region is %s',
    (region) => {
      expect(linksFor({ region, cluster: 'c', service: 's' } as Parameters<typeof linksFor>[0])).toBeUndefined();
    },
  );
});
