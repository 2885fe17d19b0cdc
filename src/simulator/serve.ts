import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Account, type SimulatorClock } from './account.ts';
import { isObject, type JsonObject } from './json.ts';
import { isSeed, type Seed } from './seed.ts';
import { seedFor } from './seed-for.ts';
import { listen } from './socket.ts';

const usage = 'usage: npm run simulator -- [--port 4566] [--seed FILE | --deploy-context DIR] [--speed N]';

interface Options {
  readonly port: number;
  readonly speed: number;
  readonly seed: Seed;
}

const wallClock: SimulatorClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }),
};

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4566' },
      speed: { type: 'string', default: '1' },
      seed: { type: 'string' },
      'deploy-context': { type: 'string' },
    },
  });
  const [port, speed] = [Number(values.port), Number(values.speed)];
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port} is not a port`);
  if (!(speed > 0)) throw new Error(`--speed ${values.speed} is not a number above 0`);
  const directory = values['deploy-context'];
  if (values.seed !== undefined && directory !== undefined)
    throw new Error('give --seed or --deploy-context, not both');
  if (directory !== undefined) return { port, speed, seed: seedOfContext(directory) };
  return { port, speed, seed: values.seed === undefined ? {} : readSeed(values.seed) };
}

function readSeed(file: string): Seed {
  const value = readJson(file, readFileSync(file, 'utf8'));
  if (!isSeed(value)) throw new Error(`${file} is not a JSON object`);
  return value;
}

function seedOfContext(directory: string): Seed {
  const read = (name: string): JsonObject => {
    const file = join(directory, name);
    const value = readJson(file, substituted(readFileSync(file, 'utf8')));
    if (!isObject(value)) throw new Error(`${file} is not a JSON object`);
    return value;
  };
  return seedFor({ service: read('service.json'), taskDefinition: read('task-definition.json') });
}

function readJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** `${NAME}` is the environment's value; a name that is not set stands for itself. */
const substituted = (content: string): string =>
  content.replace(/\$\{([A-Za-z_]\w*)\}/g, (_all, name: string) =>
    JSON.stringify(process.env[name] ?? name.toLowerCase().replaceAll('_', '-')).slice(1, -1),
  );

function manual(url: string, account: Account): string {
  const [first] = Object.keys(account.picture().services);
  const [cluster, service] = first?.split('/') ?? [];
  const example =
    cluster === undefined || service === undefined
      ? 'aws ecs list-clusters'
      : `aws ecs describe-services --cluster ${cluster} --services ${service}`;
  return `A simulated AWS account listens at ${url}

  export AWS_ENDPOINT_URL=${url} AWS_REGION=${account.region} AWS_DEFAULT_REGION=${account.region}
  export AWS_ACCESS_KEY_ID=simulator AWS_SECRET_ACCESS_KEY=simulator
  ${example}
  curl ${url}/_simulator/picture

Ctrl-C ends it.
`;
}

async function main(): Promise<void> {
  const { port, speed, seed } = readOptions(process.argv.slice(2));
  const account = new Account({ seed, clock: wallClock, latencyMs: 0, timeScale: speed });
  const { url, close } = await listen(account, { port });
  process.stdout.write(manual(url, account));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 1;
});
