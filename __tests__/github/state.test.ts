import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markBegun, readLeftState, saveReportPath, saveStatus } from '../../src/github/state.ts';
import { leftBehind } from '../../src/model/run-state.ts';
import type { Undo } from '../../src/model/undos.ts';
import { stateJournal } from '../../src/runtime.ts';
import { stop } from '../report/streams.ts';

let directory = '';
let file = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
  file = join(directory, 'state');
  writeFileSync(file, '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

/** The environment of `post`, as the runner makes it from the file: the last value of a name wins. */
function environmentOfPost(): Record<string, string> {
  const found = readFileSync(file, 'utf8').matchAll(/^(\w+)<<(ghadelimiter_.+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries(Array.from(found, ([, name, , value]) => [`STATE_${name}`, value ?? '']));
}

describe('the state that outlives the process', () => {
  it('has an undo before the call that records it returns', () => {
    vi.stubEnv('GITHUB_STATE', file);
    stateJournal().save(leftBehind([stop], stop.place));
    expect(readLeftState(environmentOfPost())).toEqual({ journal: [stop], touched: false, main: undefined });
  });

  it('keeps in the variable how an undo is verified that others wait for, and of no other', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const verify = {
      kind: 'check',
      gates: [{ kind: 'tasks-stopped', cluster: 'c', startedBy: 's', run: 'r' }],
      within: 9,
    } as const;
    const first: Undo = { ...stop, title: 'first', phase: 'traffic', concerns: 'canary', verify };
    const then: Undo = { ...stop, title: 'then', phase: 'compute', concerns: 'canary', verify };
    stateJournal().save(leftBehind([then, first], stop.place));
    const { verify: _, ...short } = then;
    expect(readLeftState(environmentOfPost())?.journal).toEqual([short, first]);
  });

  it('has nothing to put back once it is put back', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const journal = stateJournal();
    markBegun();
    journal.save(leftBehind([stop], stop.place));
    journal.save(leftBehind([], stop.place));
    saveReportPath('/tmp/report.json');
    expect(readLeftState(environmentOfPost())).toEqual({
      journal: [],
      touched: false,
      main: 'began',
      reportPath: '/tmp/report.json',
    });
  });

  it('knows that the service was being changed, also when nothing of it is left to undo', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const journal = stateJournal();
    journal.save(leftBehind([stop], stop.place));
    expect(readLeftState(environmentOfPost())?.touched).toBe(false);
    journal.save({ ...leftBehind([stop], stop.place), touched: true });
    journal.save(leftBehind([stop], stop.place));
    expect(readLeftState(environmentOfPost())).toMatchObject({ journal: [stop], touched: true });
  });

  it('has what people on GitHub are still to be told, until they have been told', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const place = { region: 'us-west-2', cluster: 'prod', service: 'web' };
    const status = { command: 'rollout', place, key: 'k', asked: true, deployment: 7 };
    markBegun();
    saveStatus(status);
    expect(readLeftState(environmentOfPost())?.status).toEqual(status);
    saveStatus(undefined);
    expect(readLeftState(environmentOfPost())?.status).toBeUndefined();
    expect(readLeftState({ STATE_main: 'began', STATE_team: '{"key":' })?.status).toBeUndefined();
    expect(
      readLeftState({ STATE_main: 'began', STATE_team: '{"command":"rollout","key":"k"}' })?.status,
    ).toBeUndefined();
  });

  it('goes on with what was left before', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const journal = stateJournal([stop]);
    const [left] = journal.pending();
    expect(left).toEqual(stop);
    journal.save(leftBehind([], stop.place));
    expect(readLeftState(environmentOfPost())?.journal).toEqual([]);
  });

  it('stays in memory outside GitHub and prints nothing', () => {
    vi.stubEnv('GITHUB_STATE', '');
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const journal = stateJournal();
    journal.save(leftBehind([stop], stop.place));
    markBegun();
    expect(journal.pending()).toEqual([stop]);
    expect(print).not.toHaveBeenCalled();
  });

  it('is absent when the main phase has left nothing', () => {
    expect(readLeftState({})).toBeUndefined();
    expect(readLeftState({ STATE_journal: '', STATE_main: '' })).toBeUndefined();
  });

  it.each([
    '[{"kind":',
    '{}',
    '[1]',
    'null',
    '[{"kind":"constructor","when":"always","title":"","region":"","byHand":""}]',
  ])('says what to do when the journal is %s', (text) => {
    const left = readLeftState({ STATE_journal: text });
    expect(left?.journal).toEqual([]);
    expect(left?.complaint).toMatch(/journal .*cannot be read .*by hand/);
  });

  const place = { region: 'us-west-2', cluster: 'production', service: 'web' };
  const undo = { when: 'on-failure', title: 'put it back', changed: 'service', phase: 'traffic', byHand: 'aws …' };
  const whole = [
    { ...undo, kind: 'delete-service', place, whose: { asked: 1, revision: 'web:1' } },
    { ...undo, kind: 'delete-service', place, whose: { at: 1, revision: 'web:1' } },
    { ...undo, kind: 'deregister-revision', place, family: 'web', since: 1, containers: '[]' },
    { ...undo, kind: 'restore-count', place, count: 2 },
    { ...undo, kind: 'recall-service', place },
  ];

  it.each(whole.map((one) => [one.kind, one] as const))('reads what %s cannot do without', (_, one) => {
    expect(readLeftState({ STATE_journal: JSON.stringify([one]) })).toMatchObject({ journal: [one] });
  });

  it.each([
    { ...undo, kind: 'delete-service', place, whose: { revision: 'web:1' } },
    { ...undo, kind: 'delete-service', place, whose: { asked: 1 } },
    { ...undo, kind: 'delete-service', place: { region: 'us-west-2' }, whose: { asked: 1, revision: 'web:1' } },
    { ...undo, kind: 'deregister-revision', place, family: 'web', containers: '[]' },
    { ...undo, kind: 'restore-count', place },
    { ...undo, kind: 'recall-service' },
    { ...undo, kind: 'recall-service', place, changed: 'all' },
    { ...undo, kind: 'recall-service', place, phase: 'later' },
  ])('leaves out what would take away more than is meant: %j', (one) => {
    expect(readLeftState({ STATE_journal: JSON.stringify([one]) })?.journal).toEqual([]);
  });

  it('puts back what can be read of a journal that cannot be read as a whole', () => {
    const left = readLeftState({ STATE_journal: JSON.stringify([stop, { kind: 'stop-tasks', when: 'always' }]) });
    expect(left?.journal).toEqual([stop]);
    expect(left?.complaint).toContain('entries that are not an undo: 1');
  });
});

describe('the state on disk', () => {
  const place = { region: 'us-west-2', cluster: 'production', service: 'web' };
  const many = (size: number): readonly Undo[] =>
    Array.from({ length: 50 }, (_, n) => ({
      ...stop,
      place,
      title: `stop task ${n}`,
      tasks: Array.from({ length: size }, (__, m) => `arn:aws:ecs:us-west-2:123456789012:task/prod/${n}-${m}`),
    }));

  it('has all that is to be undone, however much it is, and the variable as much as lets post start', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const journal = [...many(100), { ...stop, place, phase: 'traffic', title: 'weights' } as const];
    stateJournal([], directory).save(leftBehind(journal, place));
    const environment = environmentOfPost();
    for (const value of Object.values(environment)) expect(Buffer.byteLength(value)).toBeLessThan(32 * 1024);
    expect(readLeftState(environment)).toEqual({ journal, touched: false, main: undefined });
    const { STATE_state: path = '', ...others } = environment;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    rmSync(path);
    for (const lost of [environment, others]) {
      const left = readLeftState(lost);
      // What moves traffic is undone first, so it is kept.
      expect(left?.journal.map(({ title }) => title)).toContain('weights');
      expect(left?.journal.length).toBeGreaterThan(2);
      expect(left?.complaint).toMatch(/4\d entries of it did not fit/);
    }
  });

  it('is replaced as a whole, and only what is newer than the variable counts', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const journal = stateJournal([], directory);
    const one = { ...stop, place };
    journal.save(leftBehind([one], place));
    const { STATE_state: path = '' } = environmentOfPost();
    const old = readFileSync(path, 'utf8');
    journal.save(leftBehind([one, { ...one, title: 'another' }], place));
    expect(readLeftState(environmentOfPost())?.journal).toHaveLength(2);
    expect(readdirSync(directory).filter((name) => name.endsWith('.new'))).toEqual([]);
    writeFileSync(path, old);
    expect(readLeftState(environmentOfPost())?.journal).toHaveLength(2);
    for (const broken of ['', '{"schema":1', '{"schema":1,"saves":9,"runs":[{"journal":[{}]}]}', '[]']) {
      writeFileSync(path, broken);
      expect(readLeftState(environmentOfPost())?.journal).toHaveLength(2);
    }
  });

  it('that cannot be written is said once, and the variable is written all the same', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const warned: string[] = [];
    const journal = stateJournal([], join(file, 'no-directory'), (message) => warned.push(message));
    const one = { ...stop, place };
    journal.save(leftBehind([one], place));
    journal.save(leftBehind([one, { ...one, title: 'another' }], place));
    expect(readLeftState(environmentOfPost())?.journal).toHaveLength(2);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(/could not be written to a file/);
  });

  it('keeps two services apart', () => {
    vi.stubEnv('GITHUB_STATE', file);
    const journal = stateJournal([], directory);
    const other = { ...place, service: 'api' };
    journal.save({ ...leftBehind([{ ...stop, place }], place), touched: true });
    journal.save(leftBehind([{ ...stop, place: other }], other));
    journal.save(leftBehind([], place));
    expect(readLeftState(environmentOfPost())).toMatchObject({ journal: [{ place: other }], touched: true });
  });
});
