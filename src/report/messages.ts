import { showDuration } from '../model/duration.ts';
import { defined } from '../model/json.ts';
import type { Cause, Outcome, OutcomeName } from '../model/outcome.ts';
import type { Step } from '../model/plan.ts';
import type { Finding } from '../model/preview.ts';
import type { Refusal } from '../model/problem.ts';
import { formatProblem } from '../model/problem.ts';
import type { Phase, Report } from '../model/report.ts';
import { tallyOf } from '../model/tally.ts';
import { clip, logLine } from './escape.ts';
import { failureOf, lastVerdicts } from './gate-labels.ts';
import { shortName } from './names.ts';

/** What a text is about; without a name it is "the service". */
export interface About {
  readonly command: string;
  readonly service?: string;
  /** What a dry run has found. */
  readonly findings?: readonly Finding[];
  /** Where it stopped. */
  readonly stopped?: Stopped;
}

/** The step at which a run stopped. */
export interface Stopped {
  /** `step 3 of 10` */
  readonly at: string;
  /** What went wrong in it, as half a sentence. */
  readonly failure: string;
}

/** What the texts on a run are about. */
export function aboutOf(report: Omit<Report, 'outcome'>): About {
  const { command, place, findings, plan, phases, events } = report;
  const index = phases.findIndex(({ is }) => is === 'failed' || is === 'stopped');
  const step = plan?.steps[index];
  return {
    command,
    ...(place?.service ? { service: shortName(place.service) } : {}),
    ...defined({ findings }),
    ...(step === undefined ? {} : { stopped: stoppedAt(index, phases.length, failureOf(step, lastVerdicts(events))) }),
  };
}

/** Where a run stopped, and what went wrong there. */
export function stoppedAt(index: number, steps: number, failure: string): Stopped {
  return { at: `step ${index + 1} of ${steps}`, failure };
}

/** Where it went wrong: `Failed at step 3 of 10: the canary did not start`. */
export function formatStopped({ is, cause }: Outcome, { stopped }: About): string {
  if (stopped === undefined)
    return cause === undefined ? '' : (beforeAnyStep[cause.what] ?? 'Failed before the first step');
  return is === 'cancelled' ? `Cancelled during ${stopped.at}` : `Failed at ${stopped.at}: ${stopped.failure}`;
}

/** What went wrong where no step did. */
const beforeAnyStep: Readonly<Record<string, string>> = {
  'read what was asked': 'Refused: the inputs or the files are wrong',
  'carry it out to its end': 'Cancelled: how far it was is not known',
  rehearse: 'Drills that did not end as expected',
};

/** An emoji for how it ended, at the start of a heading. */
export function iconOf({ is }: Outcome, findings: readonly Finding[] = []): string {
  if (is === 'planned') return findings.some((one) => one.is === 'problem') ? '⚠️' : '📋';
  return icons[is];
}

const icons: Readonly<Record<Exclude<OutcomeName, 'planned'>, string>> = {
  succeeded: '✅',
  rejected: '❌',
  'rolled-back': '↩️',
  'rollback-failed': '🚨',
  superseded: '⏭️',
  cancelled: '⏹️',
  failed: '❌',
};

interface Words {
  /** Whether the service is what it was, and what else is true of it. */
  readonly service: string;
  /** What to do where the cause itself does not say. */
  readonly next: string;
}

interface Wording {
  readonly headline: (service: string, what: string, cause: Cause | undefined) => string;
  readonly intact: Words;
  readonly changed: Words;
}

const lookNow = 'Look at what the service runs now before anything else is deployed.';

const wordings: Readonly<Record<OutcomeName, Wording>> = {
  succeeded: {
    headline: (service, what) => `Succeeded: the ${what} of ${service} is complete.`,
    intact: { service: 'Nothing in the service had to be changed.', next: '' },
    changed: { service: 'The service runs the new revision, and it is stable.', next: '' },
  },
  rejected: {
    headline: (service, _, cause) =>
      cause?.task === undefined
        ? `Rejected: ${cause === undefined ? `the canary of ${service} was not good enough` : formatReason(cause)}.`
        : `Rejected: ${formatBriefly(cause)}, so ${service} was not updated.`,
    intact: {
      service: 'The service was not changed.',
      next: 'Fix the cause and deploy again.',
    },
    changed: { service: 'The service may be changed, although the canary never got into it.', next: lookNow },
  },
  'rolled-back': {
    headline: (service) => `Rolled back: the new revision failed in ${service}.`,
    intact: {
      service: 'The service is verified to run again what it ran before.',
      next: 'Mend the cause and deploy again.',
    },
    changed: { service: 'The service was put back, but nobody has verified what it runs.', next: lookNow },
  },
  'rollback-failed': {
    headline: (service) => `Rollback failed: a person must look at ${service} now.`,
    intact: {
      service: 'The service runs what it ran before, but something else could not be put back.',
      next: 'Put back by hand what is left over.',
    },
    changed: {
      service:
        'The service was changed and is not verified to be back: it may run the old revision, the new one, or both.',
      next: 'Put back by hand what is left over, then see that the service becomes stable.',
    },
  },
  superseded: {
    headline: (service) => `Superseded: another deployment of ${service} has taken the place of this one.`,
    intact: {
      service: 'This run has changed nothing in the service.',
      next: 'Find out who deployed. Run this job again if its revision is still wanted.',
    },
    changed: {
      service: 'The service follows that other deployment, of which nothing was undone.',
      next: 'Find out who deployed. Run this job again if its revision is still wanted.',
    },
  },
  cancelled: {
    headline: (service, what) => `Cancelled: the ${what} of ${service} was stopped.`,
    intact: {
      service: 'The service had not been touched.',
      next: 'The post step of this job puts away what was there for the rollout only: see its log.',
    },
    changed: {
      service: 'The service was already being changed, and nobody has verified what it runs.',
      next: 'The post step of this job asks for the old revision back and does not wait for it: see its log, then see that the service becomes stable.',
    },
  },
  failed: {
    headline: (service, what) => `Failed: the ${what} of ${service} could not be carried out.`,
    intact: { service: 'The service was never touched.', next: 'Mend the cause and run the job again.' },
    changed: { service: 'The service may have been changed, and nobody has verified what it runs.', next: lookNow },
  },
  planned: {
    headline: (service, what) => `Planned: this is what a ${what} of ${service} would do.`,
    intact: { service: 'Nothing was changed.', next: '' },
    changed: {
      service: 'This dry run changed nothing, but the service may have been changed by somebody else.',
      next: lookNow,
    },
  },
};

/** What a command does is called; those that are not here are a rollout. */
const nouns: Readonly<Record<string, string>> = {
  sweep: 'sweep',
  rollback: 'rollback',
  up: 'creation',
  undeploy: 'removal',
  run: 'one-off task',
};

/** Why, on a line that is not too long for a headline. */
const formatBriefly = ({ because }: Pick<Cause, 'because'>): string => clip(logLine(because), 200).replace(/\.$/, '');

/** What is most likely behind it, or else what was seen; an image that is not there is named. */
function formatReason(cause: Cause): string {
  const { probably, because, evidence } = cause;
  const images = evidence.flatMap((one) => (one.kind === 'task' ? one.containers.map(({ image }) => image) : []));
  const image = images.find((name) => name !== undefined && because.includes(name));
  if (image !== undefined && /does not exist/.test(probably ?? '')) {
    return `image ${image.slice(image.lastIndexOf('/') + 1)} does not exist`;
  }
  const said = formatBriefly({ because: probably ?? because });
  return /^[A-Z][a-z]* /.test(said) ? said.charAt(0).toLowerCase() + said.slice(1) : said;
}

const noService = 'No service was touched.';

/** Where a command has words of its own. */
type OwnWords = Readonly<Partial<Record<OutcomeName, Partial<Wording>>>>;

const nothingDeployed: Words = { service: 'Nothing was deployed.', next: '' };

const ownWords: Readonly<Record<string, OwnWords>> = {
  rehearse: {
    succeeded: {
      headline: (service) => `Drill passed: in the pretend account the rollout of ${service} succeeds.`,
      intact: nothingDeployed,
      changed: nothingDeployed,
    },
    failed: { headline: () => 'Rehearsal failed.', intact: nothingDeployed, changed: nothingDeployed },
  },
  run: {
    succeeded: {
      headline: () => 'Succeeded: the one-off task ended with exit code 0.',
      intact: { service: noService, next: '' },
    },
    rejected: {
      headline: (_, __, cause) =>
        `Failed: ${cause === undefined ? 'the one-off task was not good' : formatBriefly(cause)}.`,
      intact: {
        service: noService,
        next: 'Mend the cause and run the job again. What the task has done already is not undone.',
      },
    },
    failed: {
      headline: () => 'Failed: the one-off task could not be run.',
      intact: { service: noService, next: 'Mend the cause and run the job again.' },
    },
    cancelled: {
      headline: () => 'Cancelled: the one-off task was not followed to its end.',
      intact: {
        service: noService,
        next: 'The post step of this job stops the task: see its log. What the task has done already is not undone.',
      },
    },
    planned: { headline: () => 'Planned: this is the one-off task that would be run.' },
  },
  sweep: {
    succeeded: { intact: { service: 'The service was not touched.', next: '' } },
  },
  up: {
    succeeded: {
      headline: (service) => `Succeeded: ${service} is created.`,
      changed: { service: 'The service runs, and it is stable.', next: '' },
    },
    'rolled-back': {
      headline: (service) => `Taken away again: ${service} was created and did not become stable.`,
      intact: {
        service: 'The service is verified to be gone, as before this step.',
        next: 'Mend the cause and run the job again, with keep: true where you want to look at the service.',
      },
    },
    'rollback-failed': {
      headline: (service) => `Half made: ${service} was created, did not become stable, and is still there.`,
      changed: {
        service: 'The service was created by this run and is not taken away.',
        next: 'Look at the service; what takes it away is named with what is left over.',
      },
    },
    superseded: {
      headline: (service) => `Superseded: somebody else has taken over ${service} while it was created.`,
      changed: {
        service: 'What is there now is theirs, and nothing of it was undone.',
        next: 'Find out who deployed or deleted it.',
      },
    },
    cancelled: {
      headline: (service) => `Cancelled: the creation of ${service} was stopped.`,
      intact: { service: 'The service had not been created.', next: 'Run the job again.' },
      changed: {
        service: 'The service was being created, and nobody has verified that it is gone again.',
        next: 'The post step of this job asks for its deletion and does not wait for it: see its log.',
      },
    },
    failed: {
      headline: (service) => `Failed: ${service} was not created.`,
      intact: { service: 'Nothing in the account is changed.', next: 'Mend the cause and run the job again.' },
    },
    planned: {
      headline: (service) => `Planned: this is how ${service} would be created.`,
    },
  },
  undeploy: {
    succeeded: {
      headline: (service) => `Succeeded: ${service} is gone.`,
      intact: { service: 'It was not there, so nothing had to be taken away.', next: '' },
      changed: { service: 'The service is deleted, and none of its tasks is left.', next: '' },
    },
    'rolled-back': {
      headline: (service) => `Not taken away: ${service} stays.`,
      intact: {
        service: 'The service is verified to run as many tasks as before.',
        next: 'Mend the cause and run the job again.',
      },
    },
    'rollback-failed': {
      headline: (service) => `Half taken away: a person must look at ${service} now.`,
      changed: {
        service: 'The service may have no tasks, or be deleted already.',
        next: 'To see it through, run the job again; to have it back, do by hand what is left over.',
      },
    },
    superseded: {
      headline: (service) => `Superseded: somebody else works on ${service}.`,
    },
    cancelled: {
      headline: (service) => `Cancelled: the removal of ${service} was stopped.`,
      intact: { service: 'The service had not been touched.', next: 'Run the job again to take it away.' },
      changed: {
        service: 'The service was being taken away, and nobody has verified what is left of it.',
        next: 'The post step of this job asks for its tasks back where it is still there: see its log. To see it through, run the job again.',
      },
    },
    failed: {
      headline: (service) => `Failed: ${service} was not taken away.`,
    },
    planned: {
      headline: (service) => `Planned: this is how ${service} would be taken away.`,
    },
  },
  rollback: {
    succeeded: {
      headline: (service) => `Succeeded: ${service} is brought back.`,
      changed: { service: 'The service runs the earlier revision again, and it is stable.', next: '' },
    },
    'rolled-back': {
      headline: (service) => `Rolled back: the earlier revision failed in ${service}.`,
      intact: {
        service: 'The service is verified to run again what it ran before this rollback.',
        next: 'Choose another revision with to-revision, or deploy a new one.',
      },
    },
  },
};

/** Nobody has looked how it ends. */
const unattendedUpdate: Words = {
  service: 'The service is being updated, and nobody has looked how that ends.',
  next: '',
};

const unattended: Readonly<Record<string, Words>> = {
  up: { service: 'The service is there, and nobody has looked whether it becomes stable.', next: '' },
  run: { service: 'It runs, and nobody looks how it ends.', next: '' },
};

function wordingOf({ is }: Pick<Outcome, 'is'>, command: string): Wording {
  return { ...wordings[is], ...ownWords[command]?.[is] };
}

function wordsFor(outcome: Outcome, command: string): Words {
  if (outcome.unattended && outcome.is === 'succeeded') return unattended[command] ?? unattendedUpdate;
  return wordingOf(outcome, command)[outcome.serviceIntact ? 'intact' : 'changed'];
}

/** The outcome and the state of the service, in two sentences that can stand alone. */
export function headline(outcome: Outcome, about: About): string {
  const { command, service = 'the service' } = about;
  const what = nouns[command] ?? 'rollout';
  const begun = outcome.unattended && outcome.is === 'succeeded';
  const { headline } = wordingOf(outcome, command);
  const plain = begun ? formatBegun(what, command, service) : headline(service, what, outcome.cause);
  const first = outcome.is === 'planned' ? formatPlanned(plain, about.findings) : during(plain, outcome, about);
  const said = `${first}${formatQuote(outcome.cause)} ${wordsFor(outcome, command).service}`;
  return command === 'rehearse' && ownWords.rehearse?.[outcome.is] === undefined
    ? `In the pretend AWS account of the rehearsal: ${said}`
    : said;
}

const during = (said: string, { is }: Outcome, { stopped }: About): string =>
  is === 'cancelled' && stopped !== undefined ? said.replace(/^Cancelled:/, `Cancelled during ${stopped.at}:`) : said;

/** A dry run that has found a problem says so first, and names it. */
function formatPlanned(plain: string, findings: readonly Finding[] | undefined): string {
  const { problems, warnings } = tallyOf(findings === undefined ? {} : { findings });
  const [first] = (findings ?? []).filter(({ is }) => is === 'problem');
  if (first === undefined) {
    return warnings === 0 ? plain : plain.replace(/^Planned:/, `Planned, with ${count(warnings, 'warning')}:`);
  }
  const more = problems === 1 ? '' : `, and ${count(problems - 1, 'other problem')}`;
  return `Planned, with ${count(problems, 'problem')}: ${formatFinding(first)}${more}.`;
}

/** What was looked at and what was found, on a line. */
export function formatFinding({ about, because }: Finding): string {
  return clip(logLine(`${about}: ${because}`), 300).replace(/\.$/, '');
}

/** The log line that tells most, after the first sentence. */
function formatQuote({ quote }: Partial<Cause> = {}): string {
  if (quote === undefined) return '';
  return ` The log of ${clip(logLine(quote.container), 60)} says: "${clip(logLine(quote.line), 160)}".`;
}

/** A one-off task need not belong to a service. */
const formatBegun = (what: string, command: string, service: string): string =>
  `Begun: the ${what}${command === 'run' ? '' : ` of ${service}`}.`;

/** What a person should do next; empty when there is nothing to do. */
export function nextStep(outcome: Outcome, { command }: Pick<About, 'command'>): string {
  const { leftovers, cause } = outcome;
  const own = cause?.next || wordsFor(outcome, command).next;
  const byHand = 'Put back by hand what is left over.';
  // A leftover that nobody looks at costs money, or carries traffic.
  return leftovers.length === 0 || /left over/.test(own) ? own : `${byHand} ${own}`.trim();
}

/** What an act that failed, a check that failed, and so on, is called in a table or at the end of a group. */
export function wordForEnd(kind: Step['kind'], is: Phase['is']): string {
  if (is === 'done')
    return { check: 'passed', bake: 'held', retire: 'begun', commit: 'kept' }[kind as string] ?? 'done';
  return { begun: 'not ended', 'not-begun': 'not begun', failed: 'failed', stopped: 'stopped' }[is];
}

/** The most that a step may take, as far as it waits: ` (at most 15m)`, or nothing. */
export function limitOf(step: Step): string {
  if (step.kind === 'check')
    return ` (${step.since === 'check-before' ? 'within the same' : 'at most'} ${showDuration(step.within)})`;
  if (step.kind === 'bake') return ` (for ${showDuration(step.during)})`;
  return '';
}

/** What a value of a change is shown as; one that is not there is `nothing`. */
export function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  return clip(typeof value === 'string' ? value : JSON.stringify(value), 300);
}

/** `1 step`, `2 steps`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** The Outcome of a request that was refused, so that outputs, summary and report are there for it too. */
export function refusedOutcome(refusal: Refusal): Outcome {
  const cause: Cause = {
    what: 'read what was asked',
    because: refusal.problems.map((problem) => formatProblem(problem) + placeOf(problem)).join('\n'),
    evidence: [],
    next: 'Correct what is named above and run the job again.',
  };
  return { is: 'failed', serviceIntact: true, cause, leftovers: [] };
}

/** The Outcome of a process that was ended before it could say how far it was. */
export function vanishedOutcome(touched: boolean): Outcome {
  const because = 'the process was ended before it could say how far it was';
  const cause: Cause = { what: 'carry it out to its end', because, evidence: [], next: '' };
  return { is: 'cancelled', serviceIntact: !touched, cause, leftovers: [] };
}

/** ` (deploy/task-definition.json:12:7)`, or nothing. */
export function placeOf({ at, where }: Refusal['problems'][number]): string {
  return at === undefined || where.includes(`:${at.line}:${at.column}`) ? '' : ` (${at.file}:${at.line}:${at.column})`;
}
