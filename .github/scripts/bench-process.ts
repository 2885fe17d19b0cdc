// What can only be seen of dist/index.js from outside: how fast it starts, what it loads, how much memory it takes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { shop } from '../../__tests__/commands/stage.ts';
import { type Job, job } from '../../__tests__/wire/job.ts';

const dist = join(import.meta.dirname, '../../dist');
const inputs = { 'deploy-context': 'deploy', 'idle-duration': '1s' };

/** A file of dist, with what is in it where that can be told. */
export interface Chunk {
  readonly file: string;
  readonly bytes: number;
  readonly holds?: string;
}

/** Everything that is in dist, without source maps. */
export function readDist(): readonly Chunk[] {
  return readdirSync(dist)
    .filter((file) => !file.endsWith('.map'))
    .map((file) => {
      const path = join(dist, file);
      const holds = file === 'index.js' || !file.endsWith('.js') ? undefined : contentOf(readFileSync(path, 'utf8'));
      return { file, bytes: statSync(path).size, ...(holds === undefined ? {} : { holds }) };
    });
}

/** What a rollout without load balancer has no use for, by words that only it has. */
const contents: readonly (readonly [RegExp, string])[] = [
  [/The simulator failed at/, 'simulator'],
  [/serviceId\s*[:?]+=?\s*"Elastic Load Balancing v2"/, 'client of ELB'],
  [/serviceId\s*[:?]+=?\s*"CloudWatch"/, 'client of CloudWatch'],
  [/serviceId\s*[:?]+=?\s*"Application Auto Scaling"/, 'client of Application Auto Scaling'],
  [/octokit-core\.js/, 'client of GitHub'],
];

const contentOf = (text: string): string | undefined => contents.find(([words]) => words.test(text))?.[1];

/** Milliseconds from the start of a process to what was waited for, run by run. */
export interface StartUp {
  readonly empty: readonly number[];
  readonly toFirstRequest: readonly number[];
}

/** Starts an empty process and dist/index.js in turns, so that a busy moment of the machine is one of both. */
export async function measureStartUp(runs: number): Promise<StartUp> {
  const here = await job(shop('fargate', 0));
  const empty: number[] = [];
  const toFirstRequest: number[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      empty.push(await startEmpty());
      toFirstRequest.push(await startDist(here));
    }
  } finally {
    await here.end();
  }
  return { empty, toFirstRequest };
}

async function startEmpty(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'close');
  return performance.now() - began;
}

/** The first request is never answered: the process is killed as soon as it has asked. */
async function startDist(here: Job): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let asked = 0;
  const began = performance.now();
  await here.step(inputs, {
    env: { AWS_ENDPOINT_URL: url },
    during: (running) => {
      server.once('request', () => {
        asked = performance.now() - began;
        running.kill('SIGKILL');
      });
    },
  });
  server.close();
  server.closeAllConnections();
  if (asked === 0) throw new Error('dist/index.js ended without a request to AWS');
  return asked;
}

/** What a process of dist/index.js that carried a rollout out was like. */
export interface Process {
  readonly code: number | null;
  /** Peak, in bytes. */
  readonly memory: number;
  /** The files of dist that it loaded. */
  readonly loaded: readonly string[];
}

/** Writes down what is loaded, and at the end how much memory was taken. */
const witness = `
import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
process.on('exit', () => {
  const memory = process.resourceUsage().maxRSS * 1024;
  writeSync(2, '\\nwitness ' + JSON.stringify({ memory, loaded }) + '\\n');
});`;

/** Carries a rollout out in a process, against a sped-up account behind a socket. */
async function measureProcess(targetGroups: number): Promise<Process> {
  const here = await job(shop('fargate', targetGroups), { speed: 60 });
  try {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(witness)}`;
    const { code, log } = await here.step(inputs, { env: { NODE_OPTIONS } });
    const said = /^witness (.*)$/m.exec(log)?.[1];
    if (said === undefined) throw new Error(`dist/index.js did not end well:\n${log}`);
    const { memory, loaded } = JSON.parse(said) as { memory: number; loaded: readonly string[] };
    const files = loaded.filter((url) => url.includes('/dist/')).map((url) => url.slice(url.lastIndexOf('/') + 1));
    return { code, memory, loaded: files };
  } finally {
    await here.end();
  }
}

/** A rollout without a load balancer and one with: in a process of their own, because they take real time. */
export async function measureProcesses(): Promise<readonly [Process, Process]> {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.all([readAll(child.stdout), once(child, 'close')]);
  return JSON.parse(said) as [Process, Process];
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(JSON.stringify(await Promise.all([measureProcess(0), measureProcess(1)])));
}
