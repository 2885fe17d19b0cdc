// Plays random worlds: npm run torture -- [--worlds 100000] [--from 1] [--processes N]. A complaint is an error.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { play } from '../../__tests__/torture/play.ts';

/** What has been seen of the worlds so far. */
interface Tally {
  worlds: number;
  killed: number;
  calls: number;
  hours: number;
  complaints: number;
  readonly outcomes: Record<string, number>;
}

const second = 1000;
/** So many worlds at a time, so that all processes end at about the same moment. */
const batch = 250;

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(availableParallelism()) },
    child: { type: 'boolean', default: false },
  },
});

/** Plays the seeds that come over stdin, and says how each went: one line of JSON a world. */
async function beChild(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [first = 0, last = 0] = line.split(' ').map(Number);
    for (let seed = first; seed <= last; seed++) process.stdout.write(`${JSON.stringify(await playOne(seed))}\n`);
    process.stdout.write('"batch"\n');
  }
}

async function playOne(seed: number): Promise<object> {
  try {
    return { seed, ...(await play(seed)) };
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, outcome: 'thrown', killed: false, calls: 0, took: 0, complaints: [said] };
  }
}

async function beParent(): Promise<void> {
  const [worlds, from, processes] = [values.worlds, values.from, values.processes].map(Number) as [
    number,
    number,
    number,
  ];
  if (![worlds, from, processes].every((n) => Number.isInteger(n) && n > 0)) {
    throw new Error('--worlds, --from and --processes are whole numbers above 0');
  }
  const began = performance.now();
  const tally: Tally = { worlds: 0, killed: 0, calls: 0, hours: 0, complaints: 0, outcomes: {} };
  let next = from;
  const take = (): string | undefined => {
    if (next >= from + worlds) return undefined;
    const first = next;
    next = Math.min(from + worlds, first + batch);
    return `${first} ${next - 1}`;
  };
  await Promise.all(Array.from({ length: processes }, () => drive(take, tally)));
  tell(tally, performance.now() - began);
  if (tally.complaints > 0 || tally.worlds !== worlds) process.exitCode = 1;
}

/** Keeps one child process busy until there is nothing left to play. */
function drive(take: () => string | undefined, tally: Tally): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [import.meta.filename, '--child'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const feed = (): void => {
      const seeds = take();
      if (seeds === undefined) child.stdin.end();
      else child.stdin.write(`${seeds}\n`);
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === '"batch"') feed();
      else count(JSON.parse(line), tally);
    });
    child.on('error', reject).on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a process that plays worlds has ended with ${code}`));
    });
    feed();
  });
}

function count(
  played: { seed: number; outcome: string; killed: boolean; calls: number; took: number; complaints: string[] },
  tally: Tally,
): void {
  tally.worlds++;
  tally.killed += played.killed ? 1 : 0;
  tally.calls += played.calls;
  tally.hours += played.took / (3600 * second);
  tally.outcomes[played.outcome] = (tally.outcomes[played.outcome] ?? 0) + 1;
  tally.complaints += played.complaints.length;
  for (const complaint of played.complaints) process.stdout.write(`SEED=${played.seed} ${complaint}\n`);
  if (tally.worlds % 10_000 === 0) process.stdout.write(`${tally.worlds} worlds, ${tally.complaints} complaints\n`);
}

function tell({ worlds, killed, calls, hours, complaints, outcomes }: Tally, took: number): void {
  const seen = Object.entries(outcomes)
    .toSorted(([, a], [, b]) => b - a)
    .map(([outcome, n]) => `${n} ${outcome}`)
    .join(', ');
  process.stdout.write(`
${worlds} worlds in ${(took / second).toFixed(0)} s: ${hours.toFixed(0)} hours of rollouts, ${calls} calls
killed on the way: ${killed}
outcomes: ${seen}
complaints: ${complaints}
`);
  if (complaints > 0) process.stdout.write('Play one again: SEED=n npx vitest run torture\n');
}

await (values.child ? beChild() : beParent());
