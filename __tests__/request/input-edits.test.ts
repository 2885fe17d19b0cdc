import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvironmentVariables, readImages, readTag, readVariableName } from '../../src/request/input-edits.ts';
import { expectReadable, holds, patience } from '../fuzz/property.ts';
import { anyText } from '../fuzz/texts.ts';

describe('images', () => {
  it('are listed one per line, each for a repository or a container', () => {
    const text = 'registry:5000/app:1\r\n\n  web = ghcr.io/my-org/web@sha256:00\nlog_1=log';
    expect(readImages(text).value).toEqual([
      { image: 'registry:5000/app:1' },
      { container: 'web', image: 'ghcr.io/my-org/web@sha256:00' },
      { container: 'log_1', image: 'log' },
    ]);
  });

  it.each([
    ['/something', '`/something` has an invalid repository'],
    ['ghcr.io/My-Org/app', '`ghcr.io/My-Org/app` has uppercase letters'],
    ['web=', '`` is empty'],
    ['=app:1', '`=app:1`: the part before = is not a valid name'],
    ['my.web=app:1', '`my.web=app:1`: the part before = is not a valid name'],
    ['a=b=c', '`b=c` has an invalid repository'],
    ['app:1, web:2', '`app:1, web:2` contains whitespace'],
    ['app:1\napp:1', '`app:1` is listed more than once'],
    ['web=app:1\nweb=app:2', '`web=app:2` is for the same container as another line'],
    ['app:1\ndocker.io/library/app:2', '`docker.io/library/app:2` has the same repository as another line'],
  ])('refuses %j', (text, reason) => {
    expect(readImages(text).wrong).toContain(reason);
  });

  it('may have the same repository if containers are named', () => {
    expect(readImages('app:1\nweb=app:2\nlog=app:2').value).toHaveLength(3);
  });

  it('are all reported if several are wrong', () => {
    expect(readImages('Web\napp:1\nLog').wrong).toMatch(/`Web` has .*; `Log` has /);
  });
});

describe('a tag', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    [':V1_2-rc.3', 'V1_2-rc.3'],
    ['a'.repeat(128), 'a'.repeat(128)],
  ])('accepts %s', (text, tag) => {
    expect(readTag(text)).toEqual({ value: tag });
  });

  it.each(['::1', ':', '.1', '-1', 'v1+2', 'feature/x', 'app:1', 'sha256:00', 'a'.repeat(129)])(
    '%s is none',
    (text) => {
      expect(readTag(text).wrong).toContain('is not a valid tag; use 1 to 128');
    },
  );

  it('must not be an image, which has its own input', () => {
    expect(readTag('app:1').wrong).toContain('use the input `image`');
    expect(readTag('v1+2').wrong).not.toContain('for the input');
  });
});

describe('the name of a variable', () => {
  it('follows the rules of a shell', () => {
    expect(['TAG', '_t', 'GITHUB_SHA', 'a1'].map((name) => readVariableName(name).value)).toEqual([
      'TAG',
      '_t',
      'GITHUB_SHA',
      'a1',
    ]);
    expect(['1A', 'A-B', 'A B', 'A=1', 'ä'].filter((name) => readVariableName(name).wrong === undefined)).toEqual([]);
  });

  it('has no dollar', () => {
    expect(readVariableName('$TAG').wrong).toContain('use TAG');
    expect(readVariableName('${TAG}').wrong).toContain('use TAG');
  });
});

describe('environment variables', () => {
  it('are listed one per line, for all containers or for one', () => {
    const text = 'A=1\n\n  web.B=a=b==\r\nweb.spring.profiles.active=x y\nlog.A=\nC:D__E-F=;';
    expect(readEnvironmentVariables(text).value).toEqual([
      { name: 'A', value: '1' },
      { container: 'web', name: 'B', value: 'a=b==' },
      { container: 'web', name: 'spring.profiles.active', value: 'x y' },
      { container: 'log', name: 'A', value: '' },
      { name: 'C:D__E-F', value: ';' },
    ]);
  });

  it.each([
    ['A=1\nh1dden', 'line 2 has no =; use NAME=value or container.NAME=value'],
    ['\n\n=h1dden', 'line 3 has no variable name before its ='],
    ['web.=h1dden', 'line 1 has no variable name before its ='],
    ['h1dden h1dden/+==', 'line 1 has no variable name before its ='],
    ['.A=h1dden', 'line 1: the part before the first dot is not a valid name'],
    ['h1d/den.A=x', 'line 1: the part before the first dot is not a valid name'],
    ['A=h1dden\nB=1\nA=h2dden', '`A` is set more than once; set each variable once'],
    ['web.A=1\nweb.A=1', '`web.A` is set more than once'],
    ['h1dden\nh2dden', 'line 1 has no =; use NAME=value or container.NAME=value, each value on one line; line 2'],
  ])('refuses %j without showing a value', (text, reason) => {
    const { wrong } = readEnvironmentVariables(text);
    expect(wrong).toContain(reason);
    expect(wrong).not.toMatch(/h\dd/);
  });

  it('may differ between containers', () => {
    expect(readEnvironmentVariables('A=1\nweb.A=2\nlog.A=3').value).toHaveLength(3);
  });
});

it('accepts any text, or refuses it with a message', patience, async () => {
  const lines = fc.array(fc.tuple(anyText, fc.constantFrom('=', '.', ':', '@', '')), { maxLength: 4 });
  const text = fc.oneof(
    anyText,
    lines.map((some) => some.flat().join('')),
  );
  await holds(
    fc.property(text, (text) => {
      for (const read of [readImages, readTag, readVariableName, readEnvironmentVariables]) {
        const { wrong } = read(text.trim());
        if (wrong !== undefined) expect(wrong.trim()).not.toBe('');
      }
      const { wrong } = readEnvironmentVariables(text.trim());
      if (wrong !== undefined) expectReadable(wrong.replaceAll(/`[^`]*`/g, ''));
    }),
  );
});
