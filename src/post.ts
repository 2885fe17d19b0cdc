import { worldFor } from './commands/plan-and-execute.ts';
import { unwindHurried } from './engine/unwind.ts';
import { finish } from './finish.ts';
import { readReport } from './github/outputs.ts';
import { outputFor } from './github/runner.ts';
import { type LeftState, type LeftStatus, readLeftState } from './github/state.ts';
import { createStatus, reportTo } from './github-status.ts';
import { minute, second } from './model/duration.ts';
import type { Environment } from './model/environment.ts';
import type { Leftover } from './model/outcome.ts';
import type { Place } from './model/place.ts';
import type { Report } from './model/report.ts';
import type { Undo } from './model/undos.ts';
import { linksFor } from './report/console-links.ts';
import { renderPostSummary } from './report/markdown/summary.ts';
import { vanishedOutcome } from './report/messages.ts';
import { readInputs, wantsNoSummary } from './request/inputs.ts';
import { connect } from './runtime.ts';

/** Puts back what the main phase has left, and tells what it could not tell any more. */
export async function post(environment: Environment): Promise<void> {
  const left = readLeftState(environment);
  if (left === undefined) return;
  if (left.complaint !== undefined) {
    outputFor(environment).annotate({ level: 'warning', title: 'ECS rollout', message: left.complaint });
  }
  const [first] = left.journal;
  const page =
    first === undefined ? '' : renderPostSummary(await putBack([first, ...left.journal.slice(1)], left, environment));
  const { status } = left;
  const output = outputFor(environment);
  await finish(readReport(left.reportPath) ?? vanished(left), {
    environment,
    warn: (message) => output.annotate({ level: 'warning', title: 'ECS rollout', message }),
    summary: page === '' || wantsNoSummary(environment) ? undefined : () => page,
    onGitHub: status && ((report) => reportStatus(report, status, page, environment)),
  });
}

/** Asks for all of it, and does not wait, because a cancelled job has no time. */
async function putBack(
  journal: readonly [Undo, ...Undo[]],
  left: LeftState,
  environment: Environment,
): Promise<{ readonly done: readonly string[]; readonly leftovers: readonly Leftover[] }> {
  const { runtime } = connect(
    environment,
    { command: 'post', place: { region: journal[0].region, cluster: '', service: '' } },
    { role: readInputs(environment).inputs, needed: 15 * minute },
    { secrets: [], names: [] },
    journal,
  );
  const lost = await unwindHurried(worldFor(runtime, ''));
  const leftovers = [...lost.values()];
  // In the order in which it was asked for.
  const done = journal
    .toReversed()
    .filter((undo) => !lost.has(undo))
    .map(({ title }) => title);
  for (const { what, because, byHand } of leftovers) {
    const hand = byHand === undefined ? '' : ` By hand: ${byHand}`;
    runtime.report({ kind: 'warning', message: `Could not ${what}: ${because}.${hand}` });
  }
  formatEnd(left, leftovers.length, environment);
  return { done, leftovers };
}

/** The last line of the log: what is known of the clean-up and of the service, and where to look. */
function formatEnd(left: LeftState, lost: number, environment: Environment): void {
  const requested = lost === 0 ? 'Clean-up requested, not confirmed.' : 'Clean-up requested in part, not confirmed.';
  const service = left.touched
    ? 'The service was being changed: see that it becomes stable on its previous revision.'
    : 'Service unchanged.';
  const place = placeOf(left);
  const link = place === undefined ? undefined : linksFor(place)?.service;
  outputFor(environment).print([requested, service, ...(link === undefined ? [] : [link])].join(' '));
}

/** Where it was, as the main phase has written it, or as an undo says it. */
function placeOf({ journal, reportPath, status }: LeftState): Place | undefined {
  const known = status?.place ?? readReport(reportPath)?.place;
  if (known !== undefined) return known;
  const cluster = journal.find((undo) => 'cluster' in undo);
  const place = journal.find((undo) => 'place' in undo)?.place;
  return (
    place ?? (cluster === undefined ? undefined : { region: cluster.region, cluster: cluster.cluster, service: '' })
  );
}

/** More than the main phase has: nobody waits for a rollout any more. */
const patience = 30 * second;

/** The last word to the pull request and the deployment, which would else be in progress for ever. */
async function reportStatus(report: Report, left: LeftStatus, page: string, environment: Environment): Promise<void> {
  const { inputs } = readInputs(environment);
  const onGitHub = { inputs, place: left.place, left, deadline: patience };
  const status = await createStatus(onGitHub, environment, reportTo(outputFor(environment), 'ECS rollout'));
  await status?.conclude(report, page);
}

/** What is known of a main phase that was ended before it could write its report. */
function vanished({ touched, status }: LeftState): Report {
  const now = Date.now();
  const nothing = { facts: {}, phases: [], calls: {}, events: [] };
  const { command = 'rollout', ...where } =
    status === undefined ? {} : { command: status.command, place: status.place };
  return {
    schema: 2,
    command,
    ...where,
    startedAt: now,
    finishedAt: now,
    outcome: vanishedOutcome(touched),
    ...nothing,
  };
}
