import type { Runtime } from './commands/command-runtime.ts';
import { worldFor } from './commands/execution.ts';
import { unwindHurried } from './engine/unwind.ts';
import { finish } from './finish.ts';
import { readReport } from './github/outputs.ts';
import { outputFor } from './github/runner.ts';
import { type LeftState, type LeftStatus, readLeftState } from './github/state.ts';
import { createStatus, reportTo } from './github-status.ts';
import { minute, second } from './model/duration.ts';
import type { Environment } from './model/environment.ts';
import { defined } from './model/json.ts';
import type { Leftover } from './model/outcome.ts';
import type { Place } from './model/place.ts';
import type { Report } from './model/report.ts';
import { keyOfPlace, type Left, leftBehind } from './model/run-state.ts';
import { inUnwindingOrder, type Undo } from './model/undos.ts';
import { linksFor } from './report/console-links.ts';
import { renderPostSummary } from './report/markdown/summary.ts';
import { vanishedOutcome } from './report/messages.ts';
import { readInputs, wantsNoSummary } from './request/inputs.ts';
import { connect, stateJournal, wallClock } from './runtime.ts';

/** Unwinds what the main phase left behind, and reports what it could no longer report. */
export async function post(environment: Environment): Promise<void> {
  const left = readLeftState(environment);
  if (left === undefined) return;
  if (left.complaint !== undefined) {
    outputFor(environment).annotate({ level: 'warning', title: 'ECS rollout', message: left.complaint });
  }
  const [first] = left.journal;
  const page =
    first === undefined
      ? ''
      : renderPostSummary(await unwindLeft([first, ...left.journal.slice(1)], left, environment));
  const { status } = left;
  const output = outputFor(environment);
  await finish(readReport(left.reportPath) ?? vanished(left), {
    environment,
    warn: (message) => output.annotate({ level: 'warning', title: 'ECS rollout', message }),
    summary: page === '' || wantsNoSummary(environment) ? undefined : () => page,
    onGitHub: status && ((report) => reportStatus(report, status, page, environment)),
  });
}

/** What is left of the minutes that a runner gives to all post steps of a job together. */
const budget = 150 * second;

/** Requests every undo; it waits only for those that must be confirmed before others. */
async function unwindLeft(
  journal: readonly [Undo, ...Undo[]],
  left: LeftState,
  environment: Environment,
): Promise<{ readonly done: readonly string[]; readonly leftovers: readonly Leftover[] }> {
  const { inputs } = readInputs(environment);
  const saved = stateJournal(journal);
  const lost: Left[] = [];
  const end = wallClock.now() + budget;
  for (const [first, ...others] of byAccess(journal)) {
    const { place, role = inputs.roleToAssume } = first;
    const caller = { role: { ...inputs, ...defined({ roleToAssume: role }) }, needed: 15 * minute };
    const about = { command: 'post', place: { region: place.region, cluster: '', service: '' } };
    const { runtime } = connect(environment, about, caller, { secrets: [], names: [] }, saved);
    const failed = await unwindEach([first, ...others], runtime, end);
    for (const { leftover } of failed) warnOf(leftover, runtime);
    lost.push(...failed);
  }
  const leftovers = lost.map(({ leftover }) => leftover);
  // In the order in which it was asked for.
  const done = inUnwindingOrder(journal)
    .filter((undo) => !lost.some((one) => one.undo === undo))
    .map(({ title }) => title);
  formatEnd(left, leftovers.length, environment);
  return { done, leftovers };
}

/** One service after the other. */
async function unwindEach(journal: readonly Undo[], runtime: Runtime, end: number): Promise<readonly Left[]> {
  const lost: Left[] = [];
  for (const [first, ...others] of groupsOf(journal, ({ place }) => keyOfPlace(place))) {
    const state = leftBehind([first, ...others], first.place);
    lost.push(...(await unwindHurried(state, worldFor(runtime, first.place), end)));
  }
  return lost;
}

/** Undos that the same connection can carry out. */
const byAccess = (journal: readonly Undo[]) => groupsOf(journal, ({ place, role = '' }) => `${place.region} ${role}`);

function groupsOf(journal: readonly Undo[], keyOf: (undo: Undo) => string): readonly (readonly [Undo, ...Undo[]])[] {
  const groups = new Map<string, readonly [Undo, ...Undo[]]>();
  for (const undo of journal) groups.set(keyOf(undo), [...(groups.get(keyOf(undo)) ?? []), undo] as [Undo, ...Undo[]]);
  return [...groups.values()];
}

function warnOf({ what, because, byHand }: Leftover, { report }: Runtime): void {
  const hand = byHand === undefined ? '' : ` By hand: ${byHand}`;
  report({ kind: 'warning', message: `Could not ${what}: ${because}.${hand}` });
}

/** The last line of the log: what is known of the clean-up and of the service, and where to look. */
function formatEnd(left: LeftState, lost: number, environment: Environment): void {
  const requested = lost === 0 ? 'Clean-up requested, not confirmed.' : 'Clean-up requested in part, not confirmed.';
  const service = left.touched
    ? 'The service was being changed: check that it becomes stable on its previous revision.'
    : 'Service unchanged.';
  const place = placeOf(left);
  const link = place === undefined ? undefined : linksFor(place)?.service;
  outputFor(environment).print([requested, service, ...(link === undefined ? [] : [link])].join(' '));
}

/** Where it was, as the main phase has written it, or as an undo says it. */
const placeOf = ({ journal, reportPath, status }: LeftState): Place | undefined =>
  status?.place ?? readReport(reportPath)?.place ?? journal[0]?.place;

/** More than the main phase allows: no rollout is waiting any more. */
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
