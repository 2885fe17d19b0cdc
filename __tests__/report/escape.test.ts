import { describe, expect, it } from 'vitest';
import {
  clip,
  code,
  codeBlock,
  logLine,
  markdown,
  markdownLines,
  mermaidLabel,
  noCommand,
} from '../../src/report/escape.ts';

const nasty = [
  '<img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/p.png)',
  'a | b || c',
  'a \\| b',
  '`code` ``more``',
  '**bold** __bold__ ~~gone~~',
  '# heading',
  '| --- |',
  '<!-- comment',
  '&lt;b&gt; &#60;',
  'x\n\n## second line\n\n',
  '</details><script>',
];

/** What a reader sees: entities are what they stand for. */
const shown = (text: string): string =>
  text.replaceAll(/<\/?span>/g, '').replaceAll(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)));

describe('text in Markdown', () => {
  it.each(nasty)('is only text: %s', (text) => {
    const escaped = markdown(text).replaceAll(/<\/?span>/g, '');
    expect(escaped).not.toMatch(/[<>`*_[\]|\\#\n~](?!\d+;)/);
    expect(escaped.replaceAll(/&#\d+;/g, '')).not.toMatch(/&/);
    expect(shown(escaped)).toBe(text.trim().replaceAll(/\s+/g, ' '));
  });

  it('mentions nobody, and leaves a digest as it is', () => {
    for (const text of ['ask @octocat', 'done.@octocat', '(@octocat)', '-@octo-org/team', 'é@octocat']) {
      expect(markdown(text)).not.toContain('@oct');
    }
    expect(markdown('repo/web@sha256:abc')).toBe('repo/web@sha256:abc');
  });

  it('refers to no issue and shows no emoji, of which GitHub finds both in what is shown', () => {
    const seen = (text: string) =>
      markdown(text).replaceAll(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)));
    for (const text of ['see #12', 'octo-org/web#12', 'GH-12', 'gh-12']) {
      expect(seen(text)).not.toMatch(/#\d|gh-\d/i);
      expect(shown(markdown(text))).toBe(text);
    }
    const arn = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:db';
    expect(seen(arn)).not.toContain(':secret:');
    expect(shown(markdown(arn))).toBe(arn);
  });

  it('begins neither a list nor a formula', () => {
    expect(markdown('1. first')).not.toMatch(/^1\./);
    expect(markdown('- item')).not.toMatch(/^-/);
    expect(markdown('---')).not.toMatch(/^-/);
    expect(markdown('10.0.1.5:8080')).toBe('10.0.1.5:8080');
    expect(markdown('$x$')).toBe('<span>$</span>x<span>$</span>');
  });

  it('makes no links, in which an entity would be shown as it is written', () => {
    const url = 'see https://docs.aws.amazon.com/a_b#c and WWW.example.com/a_b';
    expect(markdown(url)).not.toMatch(/:\/\/|www\./i);
    expect(shown(markdown(url))).toBe(url);
  });

  it('keeps its lines where it may', () => {
    expect(markdownLines('one\ntwo|\r\nthree')).toBe('one<br>two&#124;<br>three');
  });

  it('is code without being able to end it', () => {
    expect(code('</code><b>`x`')).toBe('<code>&#60;/code&#62;&#60;b&#62;&#96;x&#96;</code>');
    expect(code('  ')).toBe('');
  });

  it('stays inside its block, however many backticks it has', () => {
    const block = codeBlock('```\n````\nrm -rf', 'sh');
    expect(block.split('\n')[0]).toBe('`````sh');
    expect(block.endsWith('\n`````')).toBe(true);
  });

  it('does not go on for ever', () => {
    expect(markdown('x'.repeat(10_000)).length).toBeLessThanOrEqual(2000);
    expect(clip('👍👍👍👍', 3)).toBe('👍👍…');
  });
});

describe('a line of the log', () => {
  it('is one line, without what the runner would take for a command', () => {
    expect(logLine('::error::boo')).not.toMatch(/^::/);
    expect(logLine('stopped\n::set-output name=outcome::succeeded')).toBe(
      'stopped ::set-output name=outcome::succeeded',
    );
    expect(logLine('well ##[error]boo')).not.toContain('##[');
  });

  it('has no codes of a terminal and nothing that nobody sees', () => {
    expect(logLine('\u001b[31mred\u001b[0m\u0007 a\u202eb\u0000')).toBe('red ab');
  });
});

describe('lines that are printed as they are', () => {
  it('have no command in them, on whichever line', () => {
    expect(noCommand('web\n::error::boo\n  ::stop-commands::x\n##[error]')).toBe(
      'web\n: :error::boo\n  : :stop-commands::x\n# #[error]',
    );
  });
});

describe('a label of a timeline', () => {
  it.each(['roll web back to web:41', 'a; b', '50%% done', 'issue #5', '"x" `y`', '<b>', '%%{init: {}}%%', 'a\nb'])(
    'has nothing that Mermaid takes for something else: %s',
    (text) => {
      expect(mermaidLabel(text)).not.toMatch(/[:;%#"`<>{}\\\n]/);
    },
  );

  it.each(['section one', 'click here', 'title', 'excludes weekends', '2026-11-21', 'gantt'])(
    'does not begin with a word of Mermaid: %s',
    (text) => {
      expect(mermaidLabel(text)).toBe(`· ${text}`);
    },
  );

  it('is never empty', () => {
    expect(mermaidLabel(' {} ')).toBe('·');
  });
});
