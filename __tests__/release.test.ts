import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const script = join(import.meta.dirname, '../.github/scripts/release.sh');

/** What stands in the place of gh: it writes down what it is asked for, notes included. */
const gh = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$ASKED"
for word in "$@"; do [[ \${before:-} == --notes-file ]] && cat "$word" >> "$NOTES"; before=$word; done
[[ "$*" != *PATCH* || -n \${HAS_MAJOR:-} ]]
`;

/** A repository with commits, of which some are released already. */
function repository(version: string, commits: readonly (string | { readonly tag: string })[]) {
  const root = mkdtempSync(join(tmpdir(), 'release-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@example.com', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  git('init', '--initial-branch', 'main');
  mkdirSync(join(root, '.github/scripts'), { recursive: true });
  cpSync(script, join(root, '.github/scripts/release.sh'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ version, type: 'module' }));
  for (const one of commits) {
    if (typeof one === 'string') git('commit', '--allow-empty', '-m', one);
    else git('tag', one.tag);
  }
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin/gh'), gh);
  chmodSync(join(root, 'bin/gh'), 0o755);
  const [asked, notes] = [join(root, 'asked'), join(root, 'notes')];
  const release = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const PATH = `${join(root, 'bin')}:${process.env.PATH}`;
    const given = { ...process.env, PATH, GH_REPO: 'octo-org/web', ASKED: asked, NOTES: notes, ...env };
    const { status, stdout } = spawnSync('bash', [join(root, '.github/scripts/release.sh'), ...args], {
      env: given,
      encoding: 'utf8',
    });
    const text = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
    return { status, stdout, asked: text(asked).trim().split('\n').filter(Boolean), notes: text(notes) };
  };
  return { head: git('rev-parse', 'HEAD'), release };
}

describe('a release', () => {
  it('is the version of package.json, with what has been done since the one before', () => {
    const done = ['First', { tag: 'v1.2.0' }, { tag: 'v1' }, 'A gate for alarms', 'Fewer calls'] as const;
    const { head, release } = repository('1.3.0', done);
    const { status, asked, notes } = release(['publish', 'sbom.json'], { HAS_MAJOR: 'yes' });
    expect(status).toBe(0);
    expect(asked).toEqual([
      expect.stringMatching(`^release create v1.3.0 --target ${head} --title v1.3.0 --notes-file \\S+ sbom.json$`),
      `api --silent --method PATCH repos/octo-org/web/git/refs/tags/v1 -f sha=${head} -F force=true`,
    ]);
    expect(notes).toBe('- Fewer calls\n- A gate for alarms\n');
  });

  it('makes the tag of a major version that has none yet', () => {
    const { head, release } = repository('2.0.0', ['First', { tag: 'v1.9.0' }, 'All is new']);
    const { status, asked } = release(['publish']);
    expect(status).toBe(0);
    expect(asked.at(-1)).toBe(
      `api --silent --method POST repos/octo-org/web/git/refs -f ref=refs/tags/v2 -f sha=${head}`,
    );
  });

  it('is the first one, with everything in it', () => {
    const { release } = repository('0.1.0', ['First', 'Second']);
    expect(release(['publish'])).toMatchObject({ status: 0, notes: '- Second\n- First\n' });
  });

  it('is completed when an earlier attempt has got only half of it done', () => {
    const { head, release } = repository('1.3.0', ['First', { tag: 'v1.3.0' }]);
    expect(release(['publish'], { HAS_MAJOR: 'yes' }).asked).toEqual([
      `api --silent --method PATCH repos/octo-org/web/git/refs/tags/v1 -f sha=${head} -F force=true`,
    ]);
  });

  it.each<[string, Parameters<typeof repository>, RegExp]>([
    ['released already', ['1.2.0', ['First', { tag: 'v1.2.0' }, 'More']], /v1\.2\.0 is released already/],
    ['older than the newest', ['1.9.0', ['First', { tag: 'v1.10.0' }, 'More']], /v1\.9\.0 is older than v1\.10\.0/],
    ['no version', ['1.2.0-beta\n::error::boo', ['First']], /not of the form X\.Y\.Z/],
  ])('is refused when the version is %s, and nothing is published', (_, [version, commits], why) => {
    for (const what of ['check', 'publish']) {
      const { status, stdout, asked } = repository(version, commits).release([what]);
      expect({ status, asked }).toEqual({ status: 1, asked: [] });
      expect(stdout).toMatch(why);
      expect(stdout.match(/^::/gm)).toHaveLength(1);
    }
  });

  it('is only looked at by a check', () => {
    expect(repository('1.3.0', ['First', { tag: 'v1.2.0' }, 'More']).release(['check'])).toMatchObject({
      status: 0,
      asked: [],
    });
  });
});
