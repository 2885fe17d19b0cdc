// Measures what the action promises, and says what is missed: npm run bench. `--check` makes a miss an error.
import { politenessRows } from './bench-politeness.ts';
import { measureProcesses, measureStartUp, type Process, readDist, type StartUp } from './bench-process.ts';
import { median, megabytes, printRows, type Row, seconds, worstOf } from './bench-table.ts';
import { waitingRows } from './bench-waiting.ts';

function startUpRows({ empty, toFirstRequest }: StartUp): readonly Row[] {
  const [nothing, ours] = [median(empty), median(toFirstRequest)];
  const scaled = (ours * 50) / nothing;
  const ratio = median(toFirstRequest.map((time, run) => time / (empty[run] ?? Number.NaN)));
  return [
    {
      what: 'start-up: process start to first request, as a ratio to an empty node process of the same run',
      figure: `${ratio.toFixed(2)} ×`,
      target: '≤ 5.70 ×',
      ok: ratio <= 5.7,
      where: `median of ${toFirstRequest.length} pairs; 5.1 × at best, 6.6 × before the SDK's ES modules were bundled`,
    },
    {
      what: `start-up: process start to first request (median of ${toFirstRequest.length})`,
      figure: seconds(ours, 3),
      target: '≤ 0.200 s',
      ok: ours <= 200,
      where: `fastest ${seconds(Math.min(...toFirstRequest), 3)}`,
    },
    {
      what: 'start-up: what is more than an empty node process',
      figure: seconds(ours - nothing, 3),
      target: '≤ 0.150 s',
      ok: ours - nothing <= 150,
      where: `node -e 0 takes ${seconds(nothing, 3)} here`,
    },
    {
      what: 'start-up: scaled to a machine where an empty process takes 0.05 s',
      figure: seconds(scaled, 3),
      target: '≤ 0.200 s',
      ok: scaled <= 200,
      where: `${(ours / nothing).toFixed(1)} × an empty process, and 4.0 × is allowed`,
    },
  ];
}

function sizeRow(): Row {
  const files = readDist();
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const biggest = worstOf(files, ({ bytes }) => bytes);
  return {
    what: 'size: dist/ without source maps',
    figure: megabytes(total),
    // What a rollout loads is limited, and dist/ as a whole is not.
    target: 'no limit',
    ok: true,
    where: `largest: ${biggest.file}, ${megabytes(biggest.bytes)}`,
  };
}

function processRows([without, withOne]: readonly [Process, Process]): readonly Row[] {
  const chunks = readDist().filter(({ file }) => without.loaded.includes(file));
  const needless = chunks.flatMap(({ holds }) => holds ?? []);
  const loaded = chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  const memory = (what: string, { code, memory: bytes }: Process): Row => ({
    what: `memory: peak RSS of ${what}`,
    figure: `${(bytes / 1e6).toFixed(0)} MB`,
    target: '≤ 120 MB',
    ok: code === 0 && bytes <= 120e6,
    where: code === 0 ? '' : `it ended with ${code}`,
  });
  return [
    {
      what: 'size: what a rollout without load balancer loads',
      figure: megabytes(loaded),
      target: 'no needless chunk',
      ok: needless.length === 0,
      where: [...needless, ...chunks.map(({ file, bytes }) => `${file} ${(bytes / 1e3).toFixed(0)} kB`)].join(', '),
    },
    memory('a rollout without load balancer', without),
    memory('a rollout with a target group', withOne),
  ];
}

const explanation = `The minimum of a world is the time that the same plan takes in the same world (the same seed: every task, health check and
scheduler takes as long as it does for us) when calls take no time and every gate is answered at the very moment at
which the answer becomes another one. How late a gate is seen is counted from that moment. Calls take 50 ms.

Sixty calls in five minutes and a look every five seconds cannot both be had everywhere. While a canary bakes, and while
alarms are watched, five seconds win: what carries requests and breaks must be seen soon. Each such thing is a call every
five seconds more: the task, the alarms, and one target group at a time. Of several target groups one that turns unhealthy
alone is seen later, five seconds for each of them: there few calls win, for the load balancer sends it nothing any more.
Each target group beyond the second costs seven calls that no operation makes for several. Of a rollout that takes less
than a minute, 10 % would be less than what a call a second can see: it is five seconds there.

"every 15 s" is our own rollout with every gate asked every 15 s. "as canarycage" makes canarycage's calls in its order; its
waiters are those of the SDK, run for real on the virtual clock, with the delays of the SDK for Go (120 s at most).
It starts one canary for each target group, so in worlds with several its tasks take other times than ours.`;

async function bench(): Promise<boolean> {
  const began = performance.now();
  const startUp = startUpRows(await measureStartUp(15));
  const processes = measureProcesses();
  const polite = await politenessRows();
  const waiting = await waitingRows();
  const rows = [...startUp, sizeRow(), ...processRows(await processes), ...polite, ...waiting.rows];
  printRows('What is promised (SPEC.md, How good it must be)', rows);
  await waiting.compare();
  process.stdout.write(`\n${explanation}\n`);
  const missed = rows.filter(({ ok }) => ok === false).length;
  process.stdout.write(
    `\n${missed} missed, ${rows.length - missed} ok; measured in ${seconds(performance.now() - began, 0)}\n`,
  );
  return missed === 0;
}

if (process.argv[1] === import.meta.filename) {
  const allIsWell = await bench();
  if (process.argv.includes('--check') && !allIsWell) process.exitCode = 1;
}
