import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runCommand } from '../../src/commands/index.ts';
import { outputsOf } from '../../src/github/outputs.ts';
import { plainLines } from '../../src/github/runner.ts';
import type { Environment } from '../../src/model/environment.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Output } from '../../src/model/output.ts';
import { formatProblem, Refusal } from '../../src/model/problem.ts';
import { createMask, type Mask } from '../../src/model/redact.ts';
import type { Report } from '../../src/model/report.ts';
import type { Request } from '../../src/model/request.ts';
import { pretend } from '../../src/rehearse/harness.ts';
import { linksFor } from '../../src/report/console-links.ts';
import { renderHtmlReport } from '../../src/report/html/report.ts';
import { createLog } from '../../src/report/log/log.ts';
import { renderEnd } from '../../src/report/markdown/comment.ts';
import { renderSummary } from '../../src/report/markdown/summary.ts';
import { createReporter, maskReporter } from '../../src/report/reporter.ts';
import { maskReport } from '../../src/report/written-report.ts';
import { type Asked, readRequest } from '../../src/request/build-request.ts';
import { Account } from '../../src/simulator/account.ts';
import { requestHandler } from '../../src/simulator/request-handler.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** What a step is given: inputs by their names, variables, files of the workspace, and the account that it meets. */
export interface Step {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Environment;
  readonly files?: Readonly<Record<string, unknown>>;
  readonly seed: Seed;
}

/** How a step went, from its inputs to what a person sees. */
export interface Done {
  /** The problems, where it was refused before the first call. */
  readonly refused?: readonly string[];
  readonly asked?: Asked;
  readonly outcome?: Outcome;
  readonly report?: Report;
  readonly outputs: ReturnType<typeof outputsOf>;
  readonly account: Account;
  /** All that is printed and written. */
  readonly shown: string;
}

/** The inputs and files of a step, read; the directory of the files goes with the test. */
export async function ask({ inputs = {}, environment = {}, files }: Omit<Step, 'seed'>): Promise<Asked> {
  const workspace = mkdtempSync(join(tmpdir(), 'asked-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  for (const [name, content] of Object.entries(files ?? {})) {
    writeFileSync(join(workspace, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  const given = Object.entries({ ...(files === undefined ? {} : { 'deploy-context': '.' }), ...inputs });
  const named = Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
  return readRequest({ GITHUB_WORKSPACE: workspace, GITHUB_RUN_ID: '77', ...environment, ...named }, 'token');
}

/** The problems for which a step is refused before its first call. */
export async function problemsOf(step: Omit<Step, 'seed'>): Promise<readonly string[]> {
  try {
    await ask(step);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problems.map(formatProblem);
  }
}

/** Carries a step out as `main` does, in a pretend account. */
export async function carryOut(step: Step): Promise<Done> {
  const clock = new VirtualClock();
  const account = new Account({ seed: step.seed, clock });
  let asked: Asked;
  try {
    asked = await ask(step);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refused: error.problems.map(formatProblem), outputs: {}, account, shown: error.message };
  }
  const { request, secrets, names } = asked;
  const lines: string[] = [];
  const mask = createMask(secrets, names);
  const output = plainLines((line: string) => void lines.push(line));
  const { outcome, report } = await carry(request, { account, clock, output, mask });
  const written = maskReport(report, mask);
  const shown = [
    ...lines,
    renderSummary(report),
    renderEnd(report, { marker: '<!-- -->', at: 0 }),
    renderHtmlReport(written),
    JSON.stringify(written),
  ].join('\n');
  return { asked, outcome, report, outputs: outputsOf(report), account, shown };
}

/** Where a request is carried out, what hides its values, and where its log goes. */
interface Ground {
  readonly account: Account;
  readonly clock: VirtualClock;
  readonly mask: Mask;
  readonly output: Output;
}

/** Carries a request out with the log, the reporter and the runtime that `main` makes. */
export async function carry(
  request: Request,
  { account, clock, mask, output }: Ground,
): Promise<{ readonly outcome: Outcome; readonly report: Report }> {
  const { command, place } = request;
  const links = linksFor(place);
  const about = { command, service: place.service };
  const log = createLog({ about, output, colours: false, ...(links === undefined ? {} : { links }) });
  const reporter = maskReporter(createReporter({ command, place }, clock, log), mask);
  const runtime = pretend({
    region: place.region,
    clock,
    requestHandler: requestHandler(account),
    signal: new AbortController().signal,
    report: reporter.report,
    random: () => 0.5,
  });
  const outcome = await runCommand(request, runtime);
  reporter.report({ kind: 'ended', outcome });
  return { outcome, report: reporter.read(outcome) };
}
