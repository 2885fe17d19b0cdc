import { defined } from '../../model/json.ts';
import type { Leftover, Outcome } from '../../model/outcome.ts';
import type { Annotation, Output } from '../../model/output.ts';
import type { Finding } from '../../model/preview.ts';
import type { Refusal } from '../../model/problem.ts';
import { formatProblem } from '../../model/problem.ts';
import type { FailOn } from '../../model/tally.ts';
import { cleanText, clip, logLine } from '../escape.ts';
import { type About, formatFinding, formatStopped, headline, nextStep, placeOf } from '../messages.ts';
import { count } from '../texts.ts';

/** GitHub shows about 4 KB of an annotation; the next step, which comes last, must not be cut. */
const most = { why: 1400, leftovers: 1200 };

/** The annotation of a failure: what failed and why, whether the service is intact, and what to do next. */
export function endAnnotation(outcome: Outcome, about: About): Annotation {
  const { cause, leftovers } = outcome;
  const next = nextStep(outcome, about);
  const message = [
    headline(outcome, about),
    '',
    ...(cause === undefined
      ? []
      : [logLine(formatStopped(outcome, about)), `Why: ${clip(cleanText(cause.because).trim(), most.why)}`]),
    ...(cause?.probably === undefined ? [] : [`Probable cause: ${clip(logLine(cause.probably), 400)}`]),
    ...(leftovers.length === 0 ? [] : [clip(`Left over: ${leftovers.map(formatLeftover).join('; ')}`, most.leftovers)]),
    ...(next === '' ? [] : [`Next: ${clip(logLine(next), 600)}`]),
  ].join('\n');
  const at = cause?.at === undefined ? {} : { at: cause.at };
  return { level: 'error', title: titleOf(outcome.is, about), message, ...at };
}

/** The annotation of a success that has leftovers. */
export function leftoverAnnotation(outcome: Outcome, about: About): Annotation {
  const left = clip(outcome.leftovers.map(formatLeftover).join('; '), most.leftovers);
  const message = `${headline(outcome, about)}\nLeft over: ${left}\nNext: ${nextStep(outcome, about)}`;
  return { level: 'warning', title: titleOf('has leftovers', about), message };
}

/** GitHub shows ten annotations of a level for each step. */
const mostAnnotations = 10;

/** One annotation for each finding of a dry run; errors if they make the job fail. */
export function findingAnnotations(
  findings: readonly Finding[],
  about: About,
  failOn: FailOn = 'never',
): readonly Annotation[] {
  const reported = findings.filter(({ is }) => is === 'problem' || (is === 'warning' && failOn === 'warnings'));
  const title = titleOf('dry run', about);
  return reported.slice(0, mostAnnotations).map((finding) => ({
    level: failOn === 'never' ? 'warning' : 'error',
    title: `${title}: ${finding.is}`,
    message: [formatFinding(finding), ...(finding.next ? [`Next: ${logLine(finding.next)}`] : [])].join('\n'),
  }));
}

/** `ECS rollout`, `ECS sweep`, …: the name of a command for readers who do not see the step. */
export const subjectOf = (command: string): string => `ECS ${subjects[command] ?? 'rollout'}`;

const subjects: Readonly<Record<string, string>> = {
  rollback: 'rollback',
  up: 'up',
  undeploy: 'undeploy',
  run: 'one-off task',
  register: 'registration',
  sweep: 'sweep',
  status: 'status',
  follow: 'deployment',
  continue: 'continue',
  abort: 'abort',
  rehearse: 'rehearsal',
};

function titleOf(what: string, { command, service }: About): string {
  const how = command === 'run' && what === 'rejected' ? 'failed' : what;
  const title = `${subjectOf(command)} ${how.replaceAll('-', ' ')}`;
  return clip(logLine(`${title}${service === undefined ? '' : `: ${service}`}`), 200);
}

const formatLeftover = ({ what, because, byHand }: Leftover): string =>
  logLine(`${what} (${because})${byHand === undefined ? '' : `; by hand: ${byHand}`}`);

/**
 * Reports a refused request with one error for each problem, as many as GitHub shows; the last error lists the others.
 * Do not send an `ended` event to the log afterwards: it would add another error.
 */
export function reportRefusal(
  refusal: Refusal,
  to: { readonly output: Output; readonly about: About; readonly callsMade: boolean },
): void {
  const { output, about, callsMade } = to;
  const { problems } = refusal;
  const unchanged = callsMade ? 'Nothing was changed.' : 'Nothing was changed, and no call to AWS was made.';
  const title = titleOf('refused', about);
  const lines = problems.map((problem) => logLine(formatProblem(problem) + placeOf(problem)));
  const shown = problems.length > mostAnnotations ? mostAnnotations - 1 : problems.length;
  if (problems.length > 1) output.print(`${count(problems.length, 'problem')}. ${unchanged}`);
  for (const [index, problem] of problems.slice(0, shown).entries()) {
    const message = problems.length === 1 ? `${lines[index]}\n${unchanged}` : `${lines[index]}`;
    output.annotate({ level: 'error', title, message, ...defined({ at: problem.at }) });
  }
  const others = lines.slice(shown);
  if (others.length === 0) return;
  output.annotate({ level: 'error', title, message: [`and ${others.length} more:`, ...others].join('\n') });
}
