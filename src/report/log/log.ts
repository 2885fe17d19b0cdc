import { type Duration, second, showDuration } from '../../model/duration.ts';
import type { TimedEvent } from '../../model/event.ts';
import { defined } from '../../model/json.ts';
import { isGood, type Outcome } from '../../model/outcome.ts';
import type { Output } from '../../model/output.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { FailOn } from '../../model/tally.ts';
import type { Undo } from '../../model/undos.ts';
import type { Evidence, LogEvidence, TaskEvidence, Verdict } from '../../model/verdict.ts';
import { type Links, linkFor } from '../console-links.ts';
import { cleanText, logLine } from '../escape.ts';
import { failureOf, gateKey, gateKeys, gateLabel } from '../gate-labels.ts';
import { type About, headline, leftoverTitle, type Stopped, stoppedAt } from '../messages.ts';
import { evidenceLines, harmlessLines, logBlocks } from '../tables/evidence.ts';
import { factLabel } from '../tables/facts.ts';
import { limitOf, wordForEnd } from '../tables/steps.ts';
import { inBrackets, shortName } from '../texts.ts';
import { endAnnotation, findingAnnotations, leftoverAnnotation, subjectOf } from './annotations.ts';
import { alignColumns } from './columns.ts';
import { changeLines, previewLines } from './plan.ts';

/** Options of the job log. */
export interface LogOptions {
  readonly about: About;
  readonly output: Output;
  /** Addresses of the console, for what failed. */
  readonly links?: Links;
  /** Whether to colour words. No information is in the colours alone. */
  readonly colours?: boolean;
  /** Whether to print every call to AWS. */
  readonly debug?: boolean;
  /** Which findings make the job of a dry run fail; none when absent. */
  readonly failOn?: FailOn;
}

type Colour = 'green' | 'red' | 'yellow' | 'grey';
const paints: Readonly<Record<Colour, number>> = { green: 32, red: 31, yellow: 33, grey: 90 };

const verdictWords: Readonly<Record<Verdict['is'], readonly [string, Colour]>> = {
  pass: ['passes', 'green'],
  wait: ['waits', 'yellow'],
  fail: ['FAILS', 'red'],
  inconclusive: ['is inconclusive', 'yellow'],
};

/** A shorter wait for the next verdict is not announced. */
const worthSaying: Duration = 10 * second;
const widths = { elapsed: 8, label: 19, evidence: 42 };

/** How many lines of a followed log are printed again with the failure. */
const mostAgain = 20;

/** Longer lines of a program are cut. */
const mostLetters = 4000;

const formatExitCodes = ({ containers }: TaskEvidence): string =>
  containers.map(({ name, exitCode }) => `${logLine(name)} ${exitCode ?? 'none'}`).join(', ');

/** Makes the renderer that prints the stream of events as the log of the job. */
export function createLog(options: LogOptions): (event: TimedEvent) => void {
  const log = new Log(options);
  return (event) => log.take(event);
}

/** The state of the log, so that it says nothing twice. */
class Log {
  readonly #options: LogOptions;
  readonly #out: Output;
  readonly #retries = new Set<string>();
  readonly #shown = new Set<string>();
  readonly #undos = new Map<string, { readonly undo: Undo; readonly is: 'begun' | 'asked' | 'verified' | 'failed' }>();
  #began: number | undefined;
  #at = 0;
  #plan: Plan | undefined;
  #planShown = false;
  #group = false;
  #step: { readonly step: Step & { readonly title: string }; readonly index: number; readonly at: number } | undefined;
  #stopped: Stopped | undefined;
  #going = true;
  /** The last verdict of each gate since the step began. */
  #verdicts = new Map<string, Verdict>();
  /** The last verdict of each gate that was printed. */
  readonly #printed = new Map<string, string>();

  constructor(options: LogOptions) {
    this.#options = options;
    this.#out = options.output;
  }

  take(event: TimedEvent): void {
    this.#began ??= event.at;
    this.#at = event.at;
    switch (event.kind) {
      case 'planned':
        this.#planned(event.plan);
        break;
      case 'step':
        if (event.is === 'begun') this.#begun(event.index);
        else this.#stepEnded(event.is, event.because);
        break;
      case 'verdict':
        this.#verdict(gateKey(event), event.verdict);
        break;
      case 'waiting':
        this.#waiting(event);
        break;
      case 'container-log':
        this.#written(event);
        break;
      case 'task-ended':
        this.#line('exit codes', formatExitCodes(event.task));
        break;
      case 'service-event':
        this.#line('ecs event', this.#withoutName(event.message));
        break;
      case 'retry':
        this.#retry(event);
        break;
      case 'tasks':
        // The verdicts say the same in words.
        break;
      case 'call':
        this.#call(event);
        break;
      case 'fact':
        this.#line(factLabel(event.name, this.#options.about.command).toLowerCase(), logLine(shortName(event.value)));
        break;
      case 'undo':
        this.#undo(event);
        break;
      case 'notice':
      case 'warning':
        this.#annotate(event.kind, event.message);
        break;
      case 'ended':
        this.#ended(event.outcome);
        break;
      default:
        event satisfies never;
    }
  }

  #planned(plan: Plan): void {
    this.#close();
    this.#plan = plan;
    this.#planShown = false;
    this.#going = true;
    this.#out.print(logLine(plan.title));
    for (const note of plan.notes) this.#out.print(`  note: ${logLine(note)}`);
    for (const line of changeLines(plan)) this.#out.print(line);
  }

  /** Prints the plan as a list if it is not executed; otherwise its steps are the groups. */
  #listPlan(): void {
    if (this.#planShown || this.#plan === undefined) return;
    this.#planShown = true;
    for (const line of previewLines(this.#plan, (text) => this.#paint('grey', text))) this.#out.print(line);
  }

  #begun(index: number): void {
    const step = this.#plan?.steps[index];
    if (step === undefined) return;
    this.#close();
    this.#step = { step, index, at: this.#at };
    this.#verdicts = new Map();
    this.#planShown = true;
    const title = `${index + 1}/${this.#plan?.steps.length} ${logLine(step.title)}`;
    this.#open(title + inBrackets(limitOf(step)));
  }

  /** Outside the group, so that titles and results can be read with all groups closed. */
  #stepEnded(is: 'done' | 'failed' | 'stopped', because?: string): void {
    this.#close();
    if (this.#step === undefined) return;
    const { step, index, at } = this.#step;
    const took = showDuration(this.#at - at);
    if (is === 'done') {
      const how = step.kind === 'retire' ? 'and continues below' : `${step.kind === 'bake' ? 'for' : 'in'} ${took}`;
      this.#result('green', wordForEnd(step.kind, is), how);
    }
    if (is === 'stopped') this.#result('red', 'stopped', `after ${took}`);
    if (is === 'failed') this.#failed(took, because);
    if (is !== 'done') {
      this.#going = false;
      this.#stopped = stoppedAt(index, this.#plan?.steps.length ?? 0, failureOf(step, this.#verdicts));
    }
    this.#step = undefined;
  }

  #failed(took: string, thrown?: string): void {
    const because = this.#whyFailed() || logLine(thrown ?? '');
    this.#result('red', 'FAILED', `after ${took}${because && `: ${because}`}`);
    const seen = this.#notPassed().flatMap(([, verdict]) => verdict.evidence ?? []);
    this.#evidence(seen, because);
  }

  #whyFailed(): string {
    const bad = this.#notPassed();
    const failed = bad.filter(([, verdict]) => verdict.is === 'fail');
    const reasons = (failed.length > 0 ? failed : bad).map(
      ([gate, { because }]) => `${logLine(gateLabel(gate))}: ${logLine(because)}`,
    );
    return reasons.join('; ');
  }

  #notPassed(): readonly (readonly [string, Verdict])[] {
    return [...this.#verdicts].filter(([gate, verdict]) => this.#isOfStep(gate) && verdict.is !== 'pass');
  }

  /** Clean-up that runs alongside the step has verdicts as well. */
  #isOfStep(gate: string): boolean {
    const step = this.#step?.step;
    return step !== undefined && 'gates' in step && gateKeys(step).includes(gate);
  }

  #verdict(gate: string, verdict: Verdict): void {
    this.#verdicts.set(gate, verdict);
    // The reason of a failed step is printed outside the group, and an undo has events of its own.
    if (this.#isOfStep(gate) ? verdict.is === 'fail' : verdict.is === 'pass') return;
    const text = `${verdict.is} ${verdict.because}`;
    if (this.#printed.get(gate) === text) return;
    this.#printed.set(gate, text);
    const [word, colour] = verdictWords[verdict.is];
    const { again = 0 } = verdict;
    const due = verdict.is === 'wait' && again >= worthSaying ? `, next answer in ${showDuration(again)}` : '';
    this.#line(logLine(gateLabel(gate)), `${this.#paint(colour, `${word}:`)} ${logLine(verdict.because)}${due}`);
  }

  #waiting({ since, left, verdicts }: Extract<TimedEvent, { kind: 'waiting' }>): void {
    const open = verdicts.filter(({ verdict }) => verdict.is !== 'pass');
    const what =
      open.map((one) => `${logLine(gateLabel(gateKey(one)))} (${logLine(one.verdict.because)})`).join(', ') ||
      'all pass so far';
    this.#line('still waiting', `${showDuration(since)} so far, ${showDuration(left)} left: ${what}`);
  }

  /** The same retry is printed once; the report has all of them. */
  #retry({ operation, because, after }: Extract<TimedEvent, { kind: 'retry' }>): void {
    const key = `${operation} ${because}`;
    if (this.#retries.has(key)) return;
    this.#retries.add(key);
    this.#line('retry', `${logLine(operation)} again in ${showDuration(after)}: ${logLine(because)}`);
  }

  #call({ operation, took, error }: Extract<TimedEvent, { kind: 'call' }>): void {
    if (!this.#options.debug) return;
    this.#out.debug(logLine(`${operation} took ${Math.round(took)}ms${error === undefined ? '' : `: ${error}`}`));
  }

  #undo({ undo, is, because }: Extract<TimedEvent, { kind: 'undo' }>): void {
    this.#undos.set(`${undo.kind} ${undo.title} ${undo.byHand}`, { undo, is });
    // The request follows immediately.
    if (is === 'begun') return;
    // Without a plan this is `post`: its undos must be visible without opening a group.
    if (this.#plan !== undefined && this.#step === undefined && !this.#group)
      this.#open(this.#going ? 'Clean-up' : 'Undo');
    const tidying = this.#plan !== undefined && this.#going;
    const word = {
      asked: 'requested',
      verified: this.#paint('green', tidying ? 'done' : 'verified'),
      failed: this.#paint('red', 'FAILED'),
    };
    this.#line(
      tidying ? 'clean-up' : 'undo',
      `${logLine(undo.title)}: ${word[is]}${because === undefined ? '' : `: ${logLine(because)}`}`,
    );
  }

  #annotate(level: 'notice' | 'warning', message: string): void {
    const { command, service } = this.#options.about;
    const subject = subjectOf(command);
    const title = service === undefined ? subject : `${subject} of ${logLine(service)}`;
    this.#out.annotate({ level, title, message: cleanText(message).trim() });
  }

  /** Prints the evidence, the undos and the leftovers, then the headline. */
  #ended(outcome: Outcome): void {
    this.#close();
    const about = this.#about();
    const good = isGood(outcome);
    if (outcome.is === 'planned') this.#listPlan();
    this.#evidence(outcome.cause?.evidence ?? [], '');
    if (!good) this.#undone();
    this.#leftovers(outcome);
    if (!good) this.#console(outcome);
    if (good) this.#out.print(this.#paint('green', headline(outcome, about)));
    const findings = outcome.is === 'planned' ? (this.#plan?.preview?.findings ?? []) : [];
    for (const one of findingAnnotations(findings, about, this.#options.failOn)) this.#out.annotate(one);
    if (!good) this.#out.annotate(endAnnotation(outcome, about));
    else if (outcome.leftovers.length > 0) this.#out.annotate(leftoverAnnotation(outcome, about));
  }

  #about(): About {
    const findings = this.#plan?.preview?.findings;
    return { ...this.#options.about, ...defined({ findings, stopped: this.#stopped }) };
  }

  #evidence(evidence: readonly Evidence[], above: string): void {
    const fresh = evidence.filter((one) => !this.#shown.has(JSON.stringify(one)));
    if (fresh.length === 0) return;
    for (const one of fresh) this.#shown.add(JSON.stringify(one));
    for (const line of alignColumns(evidenceLines(fresh, above), widths.evidence)) this.#out.print(`  ${line}`);
    for (const one of fresh) if (one.kind === 'log') this.#containerLog(one);
  }

  /** The bar shows where the log begins and ends, and no line of the log can begin a line of ours. */
  #containerLog(whole: LogEvidence): void {
    const log = whole.followed ? { ...whole, lines: whole.lines.slice(-mostAgain) } : whole;
    for (const { container, extent, stream, lines } of logBlocks([log])) {
      this.#out.print(`  log of ${logLine(container)}  ${logLine(extent + inBrackets('log stream', stream?.name))}`);
      for (const line of lines) this.#out.print(`    | ${line}`);
    }
  }

  /** Prints a followed log behind a bar, so that no line of it looks like ours or is a workflow command. */
  #written({ container, lines, several, note }: Extract<TimedEvent, { kind: 'container-log' }>): void {
    if (note !== undefined) this.#line(`log of ${logLine(container)}`, logLine(note));
    const bar = several ? `    ${logLine(container)} | ` : '    | ';
    for (const line of lines) for (const part of harmlessLines(line, mostLetters)) this.#out.print(bar + part);
  }

  #console({ cause }: Outcome): void {
    const { links } = this.#options;
    if (links === undefined || cause === undefined) return;
    this.#out.print(`In the console: ${linkFor(cause.evidence, links)}`);
  }

  #undone(): void {
    const done = [...this.#undos.values()].filter(({ is }) => is !== 'failed');
    if (done.length === 0) return;
    this.#out.print('Undone:');
    const words = { begun: 'begun', asked: 'requested', verified: 'verified', failed: 'failed' };
    for (const { undo, is } of done) this.#out.print(`  ${words[is].padEnd(9)}  ${logLine(undo.title)}`);
  }

  #leftovers({ leftovers }: Outcome): void {
    if (leftovers.length === 0) return;
    this.#out.print(this.#paint('red', `${leftoverTitle}:`));
    for (const { what, because, byHand } of leftovers) {
      this.#out.print(`  ${logLine(what)}: ${logLine(because)}`);
      if (byHand !== undefined) this.#out.print(`    ${logLine(byHand)}`);
    }
  }

  #line(label: string, text: string): void {
    this.#out.print(`${this.#elapsed()}${logLine(label).padEnd(widths.label)}  ${text}`);
  }

  #result(colour: Colour, word: string, text: string): void {
    this.#out.print(`${this.#elapsed()}${this.#paint(colour, word)} ${text}`);
  }

  /** The time since the first event, at a fixed width. */
  #elapsed(): string {
    const whole = Math.floor((this.#at - (this.#began ?? this.#at)) / second) * second;
    return `+${showDuration(whole)}`.padEnd(widths.elapsed + 2);
  }

  #withoutName(message: string): string {
    const start = `(service ${shortName(this.#options.about.service ?? '')}) `;
    const text = message.startsWith(start) ? message.slice(start.length) : message;
    return logLine(text.replaceAll(/arn:aws[^\s()]*/g, shortName));
  }

  #paint(colour: Colour, text: string): string {
    return this.#options.colours && text !== '' ? `\u001b[${paints[colour]}m${text}\u001b[0m` : text;
  }

  #open(title: string): void {
    this.#out.startGroup(title);
    this.#group = true;
  }

  #close(): void {
    if (this.#group) this.#out.endGroup();
    this.#group = false;
  }
}
