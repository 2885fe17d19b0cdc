import { defined } from '../model/json.ts';
import type { Cause, Outcome, OutcomeName } from '../model/outcome.ts';
import type { Finding } from '../model/preview.ts';
import { formatProblem, type Refusal } from '../model/problem.ts';
import type { Progress, Report } from '../model/report.ts';
import { tallyOf } from '../model/tally.ts';
import { clip, logLine } from './escape.ts';
import { failureOf, lastVerdicts } from './gate-labels.ts';
import { formatRehearsal } from './tables/drills.ts';
import { count, list, shortName } from './texts.ts';

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
  /** What went wrong in it, as a clause. */
  readonly failure: string;
}

/** What the texts on a run are about. */
export function aboutOf(report: Progress): About {
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
  if (stopped === undefined) return cause === undefined ? '' : beforeAnyStep[cause.stage ?? 'planning'];
  return is === 'cancelled' ? `Cancelled during ${stopped.at}` : `Failed at ${stopped.at}: ${stopped.failure}`;
}

const beforeAnyStep: Readonly<Record<NonNullable<Cause['stage']> | 'planning', string>> = {
  request: 'Refused: the inputs or the files are wrong',
  'process-ended': 'Cancelled: the progress is not known',
  rehearsal: 'Drills that did not end as expected',
  planning: 'Failed before the first step',
};

const icons: Readonly<Record<OutcomeName, string>> = {
  succeeded: '✅',
  rejected: '❌',
  'rolled-back': '↩️',
  'rollback-failed': '🚨',
  superseded: '⏭️',
  cancelled: '⏹️',
  failed: '❌',
  planned: '📋',
};

/** The first line of every page on a run. */
export function headlineOf(report: Report): string {
  return report.rehearsal === undefined ? headline(report.outcome, aboutOf(report)) : formatRehearsal(report.rehearsal);
}

/** The same with an icon for the outcome. */
export function headingOf(report: Report): string {
  return `${hasProblems(report) ? '⚠️' : icons[report.outcome.is]} ${headlineOf(report)}`;
}

/** Whether a dry run found a problem. */
export const hasProblems = ({ outcome, findings = [] }: Report): boolean =>
  outcome.is === 'planned' && findings.some(({ is }) => is === 'problem');

/** What the texts of an outcome are made from. */
interface Facts {
  readonly service: string;
  /** What the command does: `rollout`, `creation`. */
  readonly noun: string;
  readonly cause: Cause | undefined;
}

interface Words {
  /** What the service runs, and what else is true of it. */
  readonly service: string;
  /** What to do if the cause does not say. */
  readonly next?: string;
  /** Whether `next` says what to do with leftovers. */
  readonly coversLeftovers?: true;
}

/** The texts of an outcome, with or without an intact service. */
interface Wording {
  /** The first word, which tells outcomes apart. */
  readonly label: string;
  readonly sentence: (facts: Facts) => string;
  readonly intact: Words;
  readonly changed: Words;
}

const lookNow = 'Check what the service runs now before you deploy again.';
const fixAndRun = 'Fix the cause and run the job again.';
const findOut = 'Find out who deployed. Run this job again if its revision is still wanted.';
const undoByHand = 'Undo by hand what is left over.';

const wordings: Readonly<Record<OutcomeName, Wording>> = {
  succeeded: {
    label: 'Succeeded',
    sentence: ({ noun, service }) => `the ${noun} of ${service} is complete`,
    intact: { service: 'Nothing in the service had to be changed.' },
    changed: { service: 'The service runs the new revision, and it is stable.' },
  },
  rejected: {
    label: 'Rejected',
    sentence: ({ service, cause }) => {
      if (cause === undefined) return `the canary of ${service} failed`;
      return cause.task === undefined
        ? formatReason(cause)
        : `${formatBriefly(cause.because)}, so ${service} was not updated`;
    },
    intact: { service: 'The service was not changed.', next: 'Fix the cause and deploy again.' },
    changed: { service: 'The service may have changed, although the canary was not promoted.', next: lookNow },
  },
  'rolled-back': {
    label: 'Rolled back',
    sentence: ({ service }) => `the new revision failed in ${service}`,
    intact: {
      service: 'The service runs again what it ran before; this is verified.',
      next: 'Fix the cause and deploy again.',
    },
    changed: { service: 'The service was rolled back, but what it runs is not verified.', next: lookNow },
  },
  'rollback-failed': {
    label: 'Rollback failed',
    sentence: ({ service }) => `${service} needs manual attention now`,
    intact: {
      service: 'The service runs what it ran before, but something else could not be undone.',
      next: undoByHand,
      coversLeftovers: true,
    },
    changed: {
      service:
        'The service was changed and its rollback is not verified: it may run the old revision, the new one, or both.',
      next: 'Undo by hand what is left over, then check that the service becomes stable.',
      coversLeftovers: true,
    },
  },
  superseded: {
    label: 'Superseded',
    sentence: ({ service }) => `another deployment of ${service} replaced this one`,
    intact: { service: 'This run did not change the service.', next: findOut },
    changed: { service: 'The service follows that other deployment, which was left alone.', next: findOut },
  },
  cancelled: {
    label: 'Cancelled',
    sentence: ({ noun, service }) => `the ${noun} of ${service} was stopped`,
    intact: {
      service: 'The service had not been touched.',
      next: 'The post step of this job removes what was created only for the rollout: see its log.',
    },
    changed: {
      service: 'The service was already being changed, and what it runs is not verified.',
      next: 'The post step of this job requests the old revision and does not wait for it: see its log, then check that the service becomes stable.',
    },
  },
  failed: {
    label: 'Failed',
    sentence: ({ noun, service }) => `the ${noun} of ${service} could not be carried out`,
    intact: { service: 'The service was never touched.', next: fixAndRun },
    changed: { service: 'The service may have been changed, and what it runs is not verified.', next: lookNow },
  },
  planned: {
    label: 'Planned',
    sentence: ({ noun, service }) => `this is what a ${noun} of ${service} would do`,
    intact: { service: 'Nothing was changed.' },
    changed: {
      service: 'This dry run changed nothing, but another run or user may have changed the service.',
      next: lookNow,
    },
  },
};

/** What commands do; the others do a rollout. */
const nouns: Readonly<Record<string, string>> = {
  sweep: 'sweep',
  status: 'look',
  follow: 'deployment',
  continue: 'request',
  abort: 'request',
  rollback: 'rollback',
  up: 'creation',
  undeploy: 'removal',
  run: 'one-off task',
  register: 'registration',
};

const noService = 'No service was touched.';
const nothingDeployed: Words = { service: 'Nothing was deployed.' };
const taskNotUndone = 'What the task has done already is not undone.';

/** The texts of commands that differ from the usual ones. */
const ownWordings: Readonly<Record<string, Readonly<Partial<Record<OutcomeName, Partial<Wording>>>>>> = {
  rehearse: {
    succeeded: {
      label: 'Drill passed',
      sentence: ({ service }) => `in the simulated account the rollout of ${service} succeeds`,
      intact: nothingDeployed,
      changed: nothingDeployed,
    },
    failed: { label: 'Rehearsal failed', sentence: () => '', intact: nothingDeployed, changed: nothingDeployed },
  },
  run: {
    succeeded: { sentence: () => 'the one-off task ended with exit code 0', intact: { service: noService } },
    rejected: {
      label: 'Failed',
      sentence: ({ cause }) => (cause === undefined ? 'the one-off task failed' : formatBriefly(cause.because)),
      intact: { service: noService, next: `${fixAndRun} ${taskNotUndone}` },
    },
    failed: { sentence: () => 'the one-off task could not be run', intact: { service: noService, next: fixAndRun } },
    cancelled: {
      sentence: () => 'the one-off task was not followed to its end',
      intact: { service: noService, next: `The post step of this job stops the task: see its log. ${taskNotUndone}` },
    },
    planned: { sentence: () => 'this is the one-off task that would be run' },
  },
  register: {
    succeeded: { sentence: () => 'the task definition is registered', intact: nothingDeployed },
    failed: {
      sentence: () => 'the task definition was not registered',
      intact: { service: 'Nothing was deployed.', next: fixAndRun },
    },
    cancelled: {
      sentence: () => 'the job was stopped before it was known whether the task definition is registered',
      intact: {
        service: 'Nothing was deployed.',
        next: 'Run the job again: a revision that is registered already is not registered twice.',
      },
    },
    planned: { sentence: () => 'this is what would be registered' },
  },
  sweep: {
    succeeded: { intact: { service: 'The service was not touched.' } },
  },
  status: {
    succeeded: {
      label: 'Status',
      sentence: ({ service }) => `this is the newest deployment of ${service}`,
      intact: { service: 'Nothing was changed.' },
    },
  },
  follow: {
    succeeded: {
      sentence: ({ service }) => `the deployment of ${service} is complete`,
      changed: { service: 'The service runs the new revision.' },
    },
    'rolled-back': {
      sentence: ({ service }) => `ECS has rolled the deployment of ${service} back`,
      intact: { service: 'The service runs what it ran before.', next: 'Fix the cause and deploy again.' },
    },
    failed: {
      sentence: ({ service }) => `the deployment of ${service} was not followed to its end`,
      changed: { service: 'ECS goes on with the deployment.', next: lookNow },
    },
    cancelled: { intact: { service: 'ECS goes on with the deployment, which this command only followed.' } },
  },
  continue: {
    succeeded: {
      sentence: ({ service }) => `the deployment of ${service} goes on`,
      changed: { service: 'ECS moves on from the pause. command: follow waits for the end.' },
    },
  },
  abort: {
    succeeded: {
      sentence: ({ service }) => `ECS rolls the deployment of ${service} back`,
      changed: { service: 'The rollback is requested, and not followed. command: follow waits for its end.' },
    },
  },
  up: {
    succeeded: {
      sentence: ({ service }) => `${service} is created`,
      changed: { service: 'The service runs, and it is stable.' },
    },
    'rolled-back': {
      sentence: ({ service }) => `${service} was created, did not become stable, and was deleted`,
      intact: {
        service: 'The service is gone, as before this step; this is verified.',
        next: 'Fix the cause and run the job again, with keep: true if you want to inspect the service.',
      },
    },
    'rollback-failed': {
      sentence: ({ service }) => `${service} was created, did not become stable, and is still there`,
      changed: {
        service: 'The service was created by this run and is not deleted.',
        next: 'Inspect the service; the command to delete it is listed with what is left over.',
        coversLeftovers: true,
      },
    },
    superseded: {
      sentence: ({ service }) => `another run or user has taken over ${service} while it was created`,
      changed: {
        service: 'The service is theirs now, and none of it was undone.',
        next: 'Find out who deployed or deleted it.',
      },
    },
    cancelled: {
      intact: { service: 'The service had not been created.', next: 'Run the job again.' },
      changed: {
        service: 'The service was being created, and its deletion is not verified.',
        next: 'The post step of this job requests its deletion and does not wait for it: see its log.',
      },
    },
    failed: {
      sentence: ({ service }) => `${service} was not created`,
      intact: { service: 'Nothing in the account is changed.', next: fixAndRun },
    },
    planned: { sentence: ({ service }) => `this is how ${service} would be created` },
  },
  undeploy: {
    succeeded: {
      sentence: ({ service }) => `${service} is gone`,
      intact: { service: 'It was not there, so nothing had to be deleted.' },
      changed: { service: 'The service is deleted, and none of its tasks is left.' },
    },
    'rolled-back': {
      sentence: ({ service }) => `${service} was not deleted`,
      intact: { service: 'The service runs as many tasks as before; this is verified.', next: fixAndRun },
    },
    'rollback-failed': {
      changed: {
        service: 'The service may have no tasks, or be deleted already.',
        next: 'To finish the removal, run the job again; to restore the service, undo by hand what is left over.',
        coversLeftovers: true,
      },
    },
    superseded: { sentence: ({ service }) => `another run or user is working on ${service}` },
    cancelled: {
      intact: { service: 'The service had not been touched.', next: 'Run the job again to delete it.' },
      changed: {
        service: 'The service was being deleted, and what is left of it is not verified.',
        next: 'The post step of this job requests its tasks again if it is still there: see its log. To finish the removal, run the job again.',
      },
    },
    failed: { sentence: ({ service }) => `${service} was not deleted` },
    planned: { sentence: ({ service }) => `this is how ${service} would be deleted` },
  },
  rollback: {
    succeeded: {
      sentence: ({ service }) => `${service} is rolled back`,
      changed: { service: 'The service runs the earlier revision again, and it is stable.' },
    },
    'rolled-back': {
      sentence: ({ service }) => `the earlier revision failed in ${service}`,
      intact: {
        service: 'The service runs again what it ran before this rollback; this is verified.',
        next: 'Choose another revision with to-revision, or deploy a new one.',
      },
    },
  },
};

/** The texts of a run that ended because of the traffic of the service, which itself was not updated. */
const ofTraffic: Readonly<Partial<Record<OutcomeName, Partial<Wording>>>> = {
  'rollback-failed': {
    changed: {
      service: 'The service was not updated, but the canary may still get a part of its traffic.',
      next: undoByHand,
      coversLeftovers: true,
    },
  },
  superseded: {
    sentence: ({ service }) => `another process changed where the traffic of ${service} goes`,
    changed: {
      service: 'The service was not updated, the canary gets no traffic, and what the other process set is left alone.',
      next: 'Find out who changed it. Run this job again if its revision is still wanted.',
    },
  },
  cancelled: {
    changed: {
      service: 'The service was not updated, but the canary may still get a part of its traffic.',
      next: 'The post step of this job returns all traffic to the service and removes the canary: see its log.',
    },
  },
};

/** The texts of a run that does not wait for what it began. */
const unattended: Readonly<Record<string, string>> = {
  up: 'The service is there; this run does not wait until it is stable.',
  run: 'It runs; this run does not wait for its end.',
};

const withoutTraffic =
  'The new version had no production traffic, and the service is verified to run what it ran before.';

function wordingOf({ is, only, unattended: goesOn, withoutTraffic: hadNone }: Outcome, command: string): Wording {
  const own = only === 'traffic' ? ofTraffic[is] : undefined;
  const usual = { ...wordings[is], ...ownWordings[command]?.[is], ...own };
  const wording = hadNone ? { ...usual, intact: { ...usual.intact, service: withoutTraffic } } : usual;
  if (!goesOn || is !== 'succeeded') return wording;
  const words = { service: unattended[command] ?? 'The service is being updated; this run does not wait for the end.' };
  const sentence = ({ noun, service }: Facts): string =>
    command === 'run' ? `the ${noun}` : `the ${noun} of ${service}`;
  return { label: 'Begun', sentence, intact: words, changed: words };
}

const wordsFor = (outcome: Outcome, { intact, changed }: Wording): Words => (outcome.serviceIntact ? intact : changed);

/** The outcome and the state of the service, in sentences that can stand alone. */
export function headline(outcome: Outcome, about: About): string {
  const { command, service = 'the service' } = about;
  const { is, cause } = outcome;
  const wording = wordingOf(outcome, command);
  const qualified = `${wording.label}${qualifierOf(outcome, about)}`;
  const sentence = wording.sentence({ service, noun: nouns[command] ?? 'rollout', cause });
  const text = list([qualified, formatProblems(outcome, about) || sentence], ': ');
  const whole = `${text}.${formatQuote(cause)} ${wordsFor(outcome, wording).service}`;
  return command === 'rehearse' && ownWordings.rehearse?.[is] === undefined
    ? `In the simulated AWS account of the rehearsal: ${whole}`
    : whole;
}

/** What comes after the label: ` during step 3 of 10`, `, with 2 warnings`. */
function qualifierOf({ is }: Outcome, { stopped, findings }: About): string {
  if (is === 'cancelled' && stopped !== undefined) return ` during ${stopped.at}`;
  if (is !== 'planned' || findings === undefined) return '';
  const { problems, warnings } = tallyOf({ findings });
  if (problems > 0) return `, with ${count(problems, 'problem')}`;
  return warnings > 0 ? `, with ${count(warnings, 'warning')}` : '';
}

/** The first problem of a dry run, and how many others there are; empty if there is none. */
function formatProblems({ is }: Outcome, { findings = [] }: About): string {
  const [first, ...others] = is === 'planned' ? findings.filter((finding) => finding.is === 'problem') : [];
  if (first === undefined) return '';
  return list([formatFinding(first), others.length > 0 ? `and ${count(others.length, 'other problem')}` : '']);
}

/** A reason on a line that is not too long for a headline. */
const formatBriefly = (because: string): string => clip(logLine(because), 200).replace(/\.$/, '');

/** The missing image, the probable cause, or else what was seen. */
function formatReason({ probably, because, missingImage }: Cause): string {
  if (missingImage !== undefined)
    return `image ${missingImage.slice(missingImage.lastIndexOf('/') + 1)} does not exist`;
  const text = formatBriefly(probably ?? because);
  return /^[A-Z][a-z]* /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** What was checked and what was found, on a line. */
export function formatFinding({ about, because }: Finding): string {
  return clip(logLine(`${about}: ${because}`), 300).replace(/\.$/, '');
}

/** The line of a container's log that says most about the failure. */
function formatQuote({ quote }: Partial<Cause> = {}): string {
  if (quote === undefined) return '';
  return ` The log of ${clip(logLine(quote.container), 60)} says: "${clip(logLine(quote.line), 160)}".`;
}

/** What a person should do next; empty when there is nothing to do. */
export function nextStep(outcome: Outcome, { command }: Pick<About, 'command'>): string {
  const { leftovers, cause } = outcome;
  const { next = '', coversLeftovers = false } = wordsFor(outcome, wordingOf(outcome, command));
  const own = cause?.next || next;
  // A leftover costs money or carries traffic until a person removes it.
  return leftovers.length === 0 || (coversLeftovers && own === next) ? own : list([undoByHand, own], ' ');
}

/** The heading above leftovers. */
export const leftoverTitle = 'Left over, to be undone by hand';

/** The Outcome of a request that was refused, so that it has outputs, a summary and a report as well. */
export function refusedOutcome(refusal: Refusal): Outcome {
  const cause: Cause = {
    stage: 'request',
    what: 'read the request',
    because: refusal.problems.map((problem) => formatProblem(problem) + placeOf(problem)).join('\n'),
    evidence: [],
    next: 'Correct what is named above and run the job again.',
  };
  return { is: 'failed', serviceIntact: true, cause, leftovers: [] };
}

/** The Outcome of a process that ended before it could report its progress. */
export function vanishedOutcome(touched: boolean): Outcome {
  const because = 'the process ended before it could report its progress';
  const cause: Cause = { stage: 'process-ended', what: 'finish the run', because, evidence: [], next: '' };
  return { is: 'cancelled', serviceIntact: !touched, cause, leftovers: [] };
}

/** ` (deploy/task-definition.json:12:7)`, or nothing. */
export function placeOf({ at, where }: Refusal['problems'][number]): string {
  return at === undefined || where.includes(`:${at.line}:${at.column}`) ? '' : ` (${at.file}:${at.line}:${at.column})`;
}
