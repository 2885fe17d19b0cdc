import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Account } from '../../src/simulator/account.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { listen } from '../../src/simulator/socket.ts';
import { place, region, type Shop } from '../commands/stage.ts';

const dist = join(import.meta.dirname, '../../dist/index.js');

/** What a step of a job has left behind. */
export interface StepResult {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface Job {
  readonly account: Account;
  readonly workspace: string;
  /** Where the account listens. */
  readonly url: string;
  /** Starts dist/index.js as the runner does; `during` may send it a signal. */
  step(
    inputs: Readonly<Record<string, string>>,
    more?: {
      state?: Readonly<Record<string, string>>;
      env?: Readonly<Record<string, string>>;
      during?: (running: Running) => void;
    },
  ): Promise<StepResult>;
  end(): Promise<void>;
}

export interface Running {
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the log has this text. */
  until(text: string): Promise<void>;
}

/** A job on a pretend account behind a socket, in which everything goes `speed` times faster. */
export async function job(
  what: Shop,
  { faults = [] as readonly FaultRule[], speed = 30, more = {} as Partial<Seed> } = {},
): Promise<Job> {
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal) => pause(ms, undefined, signal ? { signal } : {}),
  };
  const plain = (input: object) => structuredClone(input) as Record<string, unknown>;
  const seed = seedFor({ service: plain(what.service), taskDefinition: plain(what.definition), region });
  const groups = (seed.targetGroups ?? []).map((group) => ({
    ...group,
    deregistrationDelaySeconds: 5,
    healthCheck: { interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
  }));
  const account = new Account({
    seed: { ...seed, targetGroups: groups, faults, ...more },
    clock,
    timeScale: speed,
    latencyMs: 0,
  });
  const socket = await listen(account);
  const workspace = mkdtempSync(join(tmpdir(), 'job-'));
  mkdirSync(join(workspace, 'deploy'));
  writeFileSync(join(workspace, 'deploy/service.json'), JSON.stringify(what.service));
  writeFileSync(join(workspace, 'deploy/task-definition.json'), JSON.stringify(what.definition));
  let steps = 0;
  return {
    account,
    workspace,
    url: socket.url,
    step: (inputs, more = {}) => runStep(join(workspace, `step-${++steps}`), workspace, socket.url, inputs, more),
    end: async () => {
      await socket.close();
      rmSync(workspace, { recursive: true });
    },
  };
}

async function runStep(
  directory: string,
  workspace: string,
  url: string,
  inputs: Readonly<Record<string, string>>,
  { state = {}, env = {}, during }: NonNullable<Parameters<Job['step']>[1]>,
): Promise<StepResult> {
  mkdirSync(directory);
  const file = (name: string): string => {
    const path = join(directory, name);
    writeFileSync(path, '');
    return path;
  };
  const files = { output: file('output'), state: file('state'), summary: file('summary') };
  const child = spawn(process.execPath, [dist], {
    cwd: workspace,
    env: {
      PATH: process.env.PATH,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_RUN_ID: '4711',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_JOB: 'deploy',
      GITHUB_OUTPUT: files.output,
      GITHUB_STATE: files.state,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: directory,
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'pretend',
      AWS_SECRET_ACCESS_KEY: 'pretend',
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
      ...env,
    },
  });
  let log = '';
  const waiting: { text: string; go: () => void }[] = [];
  const hear = (chunk: Buffer): void => {
    log += chunk;
    for (const { text, go } of waiting) if (log.includes(text)) go();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  during?.({
    kill: (signal) => child.kill(signal),
    until: (text) => new Promise((go) => (log.includes(text) ? go() : waiting.push({ text, go }))),
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    code,
    log,
    outputs: readCommands(files.output),
    state: readCommands(files.state),
    summary: readFileSync(files.summary, 'utf8'),
  };
}

/** Reads `name<<delimiter` … as the runner does: the last one of a name wins. */
function readCommands(path: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', , value = ''] of readFileSync(path, 'utf8').matchAll(/^(.+?)<<(\S+)\n([\s\S]*?)\n\2$/gm)) {
    found[name] = value;
  }
  return found;
}

export { place };
