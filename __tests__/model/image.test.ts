import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Image, isTag, parseImage, printImage, sameImage, sameRepository } from '../../src/model/image.ts';
import { expectReadable, holds, patience } from '../fuzz/property.ts';
import { anyText, slipped } from '../fuzz/texts.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

function image(text: string): Image {
  const { image, wrong } = parseImage(text);
  if (image === undefined) throw new Error(wrong);
  return image;
}

describe('an image', () => {
  it.each<readonly [string, Image]>([
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.25', { repository: 'nginx', tag: '1.25' }],
    ['nginx:V1_2.3-RC', { repository: 'nginx', tag: 'V1_2.3-RC' }],
    [`nginx@${digest}`, { repository: 'nginx', digest }],
    [`nginx:1.25@${digest}`, { repository: 'nginx', tag: '1.25', digest }],
    ['my-org/nginx', { repository: 'my-org/nginx' }],
    ['a/b__c/d--e', { repository: 'a/b__c/d--e' }],
    ['localhost/app', { host: 'localhost', repository: 'app' }],
    ['localhost:5000', { repository: 'localhost', tag: '5000' }],
    [`localhost:5000/app@${digest}`, { host: 'localhost:5000', repository: 'app', digest }],
    ['registry:5000/app', { host: 'registry:5000', repository: 'app' }],
    ['registry:5000/team/app:5000', { host: 'registry:5000', repository: 'team/app', tag: '5000' }],
    ['test.com:5000', { repository: 'test.com', tag: '5000' }],
    ['192.168.1.1:5000/app:1', { host: '192.168.1.1:5000', repository: 'app', tag: '1' }],
    [`[2001:db8::1]:5000/app:1@${digest}`, { host: '[2001:db8::1]:5000', repository: 'app', tag: '1', digest }],
    ['Registry.Example/app', { host: 'Registry.Example', repository: 'app' }],
    ['foo_bar/app', { repository: 'foo_bar/app' }],
    [
      '123456789012.dkr.ecr.us-west-2.amazonaws.com/team/app:1',
      { host: '123456789012.dkr.ecr.us-west-2.amazonaws.com', repository: 'team/app', tag: '1' },
    ],
    [`app:${'a'.repeat(128)}`, { repository: 'app', tag: 'a'.repeat(128) }],
    [`app@sha512:${'0'.repeat(128)}`, { repository: 'app', digest: `sha512:${'0'.repeat(128)}` }],
  ])('%s has its parts', (text, parts) => {
    expect(image(text)).toEqual(parts);
    expect(printImage(image(text))).toBe(text);
  });

  it.each([
    ['', 'is empty'],
    [' nginx', 'contains whitespace'],
    ['nginx 1', 'contains whitespace'],
    ['/something', 'has an invalid repository'],
    ['something/', 'has an invalid repository'],
    ['a//b', 'has an invalid repository'],
    [':justtag', 'has an invalid repository'],
    [`@${digest}`, 'has an invalid repository'],
    ['_something:tag123', 'has an invalid repository'],
    ['a..b', 'has an invalid repository'],
    ['a___b', 'has an invalid repository'],
    ['a-', 'has an invalid repository'],
    ['aa/asdf$$^/aa', 'has an invalid repository'],
    ['käse', 'has an invalid repository'],
    ['${IMAGE}', 'has uppercase letters in its repository'],
    ['[2001:db8::1]:5000', 'has an invalid repository'],
    ['Nginx', 'has uppercase letters in its repository'],
    ['My-Org/app:1', 'has uppercase letters in its repository'],
    ['ghcr.io/My-Org/app:1', 'has uppercase letters in its repository'],
    ['domain.com:abc/repo/image', 'does not start with a valid registry'],
    ['domain.com:/image', 'does not start with a valid registry'],
    ['-domain.com/image', 'does not start with a valid registry'],
    ['domain..com/image', 'does not start with a valid registry'],
    ['[fe80::1%eth0]:5000/app', 'does not start with a valid registry'],
    ['https://ghcr.io/app', 'starts with https://'],
    ['docker://app', 'starts with docker://'],
    ['app:', 'has an invalid tag after its colon: it is not a valid tag'],
    ['app:.1', 'has an invalid tag after its colon: it is not a valid tag'],
    ['app:a+b', 'has an invalid tag after its colon: it is not a valid tag'],
    [`app:${'a'.repeat(129)}`, 'has an invalid tag after its colon: it is not a valid tag'],
    ['app@', 'has no valid digest after its @'],
    ['app@sha256:', 'has no valid digest after its @'],
    ['app@sha256:xyz', 'has no valid digest after its @'],
    [`app@${digest}@${digest}`, 'has no valid digest after its @'],
    [`app@${'0'.repeat(64)}`, 'has no valid digest after its @'],
    [`${'a/'.repeat(127)}ab`, 'is longer than 255 characters, the limit of ECS'],
  ])('is not read from %j', (text, reason) => {
    expect(parseImage(text).wrong).toContain(reason);
  });

  it('has the maximum length of ECS, without the digest', () => {
    const name = `${'a/'.repeat(127)}a`;
    expect(name).toHaveLength(255);
    expect(image(`${name}@${digest}`)).toEqual({ repository: name, digest });
  });
});

describe('two images', () => {
  const same = (a: string, b: string) => sameRepository(image(a), image(b));

  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['nginx', 'docker.io/nginx:1'],
    ['nginx:1', 'index.docker.io/library/nginx:2'],
    ['library/nginx', `nginx@${digest}`],
    ['my-org/app', 'docker.io/my-org/app'],
    ['Registry.Example:5000/app', 'registry.example:5000/app'],
  ])('%s and %s are in one repository', (a, b) => {
    expect(same(a, b) && same(b, a)).toBe(true);
  });

  it.each([
    ['nginx', 'my-org/nginx'],
    ['nginx', 'my-nginx'],
    ['nginx', 'localhost/nginx'],
    ['nginx', 'public.ecr.aws/docker/library/nginx'],
    ['team/app', 'registry.example:5000/team/app'],
    ['registry.example/app', 'registry.example:5000/app'],
    ['acct/repo', 'acct/repo-two'],
    ['ghcr.io/library/nginx', 'ghcr.io/nginx'],
    ['123456789012.dkr.ecr.us-west-2.amazonaws.com/app', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app'],
    ['registry.example/app', 'registry-example/app'],
  ])('%s and %s are not', (a, b) => {
    expect(same(a, b) || same(b, a)).toBe(false);
  });

  it('are one when tag and digest are, and no tag is latest', () => {
    const one = (a: string, b: string) => sameImage(image(a), image(b));
    expect(one('nginx', 'docker.io/library/nginx:latest')).toBe(true);
    expect(one('nginx', 'nginx:1')).toBe(false);
    expect(one(`nginx@${digest}`, 'nginx')).toBe(false);
    expect(one(`nginx:latest@${digest}`, `nginx@${digest}`)).toBe(false);
    expect(one('nginx:V1', 'nginx:v1')).toBe(false);
  });
});

describe('any image', () => {
  const letters = (some: string, min: number, max: number) =>
    fc.string({ unit: fc.constantFrom(...some), minLength: min, maxLength: max });
  const small = letters('abz019', 1, 4);
  const part = fc
    .tuple(small, fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), small), { maxLength: 2 }))
    .map(([first, more]) => first + more.flat().join(''));
  const label = fc
    .tuple(letters('aZ0', 1, 2), letters('aZ0-', 0, 3), letters('aZ0', 1, 1))
    .map((pieces) => pieces.join(''));
  const port = fc.nat(65535).map((n) => `:${n}`);
  const host = fc.oneof(
    fc.constantFrom('localhost', 'localhost:5000', '[::1]', '[2001:db8::1]:443', 'docker.io', 'index.docker.io'),
    fc.tuple(label, port).map(([name, port]) => name + port),
    fc
      .tuple(fc.array(label, { minLength: 2, maxLength: 4 }), fc.option(port, { nil: '' }))
      .map(([labels, port]) => labels.join('.') + port),
  );
  const first = part.filter((text) => text !== 'localhost' && !text.includes('.'));
  const path = fc.tuple(first, fc.array(part, { maxLength: 3 })).map(([head, rest]) => [head, ...rest].join('/'));
  const tag = fc.tuple(letters('aZ0_', 1, 1), letters('aZ0_.-', 0, 127)).map((pieces) => pieces.join(''));
  const anyDigest = fc
    .tuple(fc.constantFrom('sha256', 'sha512', 'sha256+b64'), letters('09afAF', 1, 64))
    .map((pieces) => pieces.join(':'));
  const anyImage: fc.Arbitrary<Image> = fc
    .record({ host, repository: path, tag, digest: anyDigest }, { requiredKeys: ['repository'] })
    .filter(({ host = '', repository, tag = '' }) => host.length + repository.length + tag.length < 250);

  it('can be parsed from its text', patience, async () => {
    await holds(
      fc.property(anyImage, (image) => {
        expect(parseImage(printImage(image))).toEqual({ image });
        expect(sameImage(image, image)).toBe(true);
      }),
    );
  });

  it('is printed as it was parsed, or the text is refused with a message', patience, async () => {
    await holds(
      fc.property(fc.oneof(slipped(anyImage.map(printImage)), anyText), (text) => {
        const { image, wrong } = parseImage(text);
        if (wrong !== undefined) expectReadable(wrong);
        else expect(printImage(image)).toBe(text);
      }),
    );
  });
});

it('a tag has up to 128 characters', () => {
  expect(['1', '_', 'V1.2-x', 'a'.repeat(128)].every(isTag)).toBe(true);
  expect(['', '.1', '-1', 'a b', 'a:b', 'a/b', 'a@b', '1\n', 'ä', 'a'.repeat(129)].some(isTag)).toBe(false);
});
