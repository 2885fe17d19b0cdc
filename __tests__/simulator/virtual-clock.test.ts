import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

describe('virtual clock', () => {
  it('lets an hour pass in no time', async () => {
    const clock = new VirtualClock(0);
    await clock.sleep(3_600_000);
    expect(clock.now()).toBe(3_600_000);
  });

  it('ends sleeps in the order of their times', async () => {
    const clock = new VirtualClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    await Promise.all([sleep('late', 30), sleep('early', 10), sleep('as early', 10)]);
    expect(woken).toEqual(['early at 10', 'as early at 10', 'late at 30']);
  });

  it('does not advance while code is running', async () => {
    const clock = new VirtualClock(0);
    const sleeper = clock.sleep(1_000);
    const release = clock.hold();
    await readFile(import.meta.filename);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(0);
    release();
    await sleeper;
    expect(clock.now()).toBe(1_000);
  });

  it('sees that a file is being read', async () => {
    const clock = new VirtualClock(0);
    const sleeper = clock.sleep(1_000);
    const work = readFile(import.meta.filename).then(() => clock.now());
    await Promise.all([sleeper, work]);
    expect(await work).toBe(0);
  });

  it('waits for a real timer, such as the pause of a client before it tries again', async () => {
    const clock = new VirtualClock(0);
    const sleeper = clock.sleep(1_000);
    const seen = await new Promise((resolve) => setTimeout(() => resolve(clock.now()), 5));
    expect(seen).toBe(0);
    await sleeper;
  });

  it('waits for registered work', async () => {
    const clock = new VirtualClock(0);
    const sleeper = clock.sleep(1_000);
    let finish = (): void => {};
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const during = clock.during(work).then(() => clock.now());
    setImmediate(() => setImmediate(() => setImmediate(() => setImmediate(() => setImmediate(finish)))));
    expect(await during).toBe(0);
    await sleeper;
  });

  it('rejects an aborted sleep with the reason immediately', async () => {
    const clock = new VirtualClock(0);
    const abort = new AbortController();
    const sleep = clock.sleep(1_000, abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(sleep).rejects.toThrow('cancelled');
    await expect(clock.sleep(1_000, abort.signal)).rejects.toThrow('cancelled');
    expect(clock.now()).toBe(0);
  });

  it('does not jump to the time of an aborted sleep', async () => {
    const clock = new VirtualClock(0);
    const abort = new AbortController();
    const first = clock.sleep(10, abort.signal).catch(() => 'aborted');
    const second = clock.sleep(500);
    abort.abort();
    expect(await first).toBe('aborted');
    await second;
    expect(clock.now()).toBe(500);
  });
});
