import { setFailed } from '@actions/core';
import { formatError } from './model/failure.ts';

// Ignore EPIPE: closing the log (`| head`) must not abort a rollout midway.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** Which phase am I, main or post? */
async function start(): Promise<void> {
  // The main phase says that it has begun before it does anything; the runner hands that on to `post`.
  if (process.env.STATE_main === 'began') return (await import('./post.ts')).post(process.env);
  return (await import('./main.ts')).main(process.env);
}

await start().catch((error: unknown) => {
  setFailed(`ECS Canary Rollout has a bug: ${formatError(error)}. Please report it with this log.`);
  if (error instanceof Error) process.stderr.write(`${error.stack}\n`);
});
