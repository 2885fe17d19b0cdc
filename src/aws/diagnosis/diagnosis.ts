import { defined } from '../../model/json.ts';
import type { Cause, Quote } from '../../model/outcome.ts';
import type { ContainerEvidence, Evidence } from '../../model/verdict.ts';
import { type Clues, type KnownCause, knownCauses } from './known-causes.ts';
import { tellingOf } from './telling-line.ts';

/** What is most likely behind a failure, and what to do about it; empty when nothing of what was seen is known. */
export function diagnose(
  because: string,
  evidence: readonly Evidence[],
  ports: readonly number[],
  lacks: readonly string[] = [],
): Partial<Pick<Cause, 'probably' | 'next' | 'missingImage'>> {
  const clues = cluesIn(because, evidence, ports, lacks);
  const known = recognise(clues);
  if (known === undefined) return {};
  const { probably, next } = known;
  const missingImage = known.name === 'no such image' ? imageNamedIn(because, evidence) : undefined;
  return { probably: wordsFor(probably, clues), next: wordsFor(next, clues), ...defined({ missingImage }) };
}

/** The image of a container that a reason names. */
function imageNamedIn(because: string, evidence: readonly Evidence[]): string | undefined {
  const images = evidence.flatMap((one) => (one.kind === 'task' ? one.containers.map(({ image }) => image) : []));
  return images.find((image) => image !== undefined && because.includes(image));
}

const wordsFor = (words: string | ((clues: Clues) => string), clues: Clues): string =>
  typeof words === 'string' ? words : words(clues);

/** What is most likely behind a call that was refused, where its message tells it; the caller's own rights are not meant. */
export function diagnoseCall({ code, message }: { readonly code: string; readonly message: string }): {
  readonly probably?: string;
  readonly next?: string;
} {
  const clues: Clues = { reasons: [`${code}: ${message}`], targets: [], events: [], log: [], last: [], ports: [] };
  const known = recognise(clues);
  if (known === undefined || !toldByCalls.has(known.name)) return {};
  return { probably: wordsFor(known.probably, clues), next: wordsFor(known.next, clues) };
}

/** The other causes are about tasks that have begun. */
const toldByCalls: ReadonlySet<string> = new Set([
  'role cannot be assumed',
  'quota',
  'no free address',
  'port taken',
  'agent away',
  'no capacity',
  'placement constraint',
]);

/** The first known cause that fits. Events go back in time and what they tell of may have passed: they count last. */
export function recognise(clues: Clues): KnownCause | undefined {
  const find = (these: Clues) => knownCauses.find(({ when }) => when(these));
  return find({ ...clues, events: [] }) ?? find(clues);
}

/**
 * Everything that was seen, sorted by who says it. `ports` are those of all load balancers; the port in an event can be
 * one of the host.
 */
export function cluesIn(
  because: string,
  evidence: readonly Evidence[],
  ports: readonly number[],
  lacks: readonly string[] = [],
): Clues {
  const texts = (pick: (one: Evidence) => readonly (string | undefined)[]): readonly string[] =>
    evidence.flatMap(pick).filter((text) => text !== undefined && text !== '') as readonly string[];
  const asked = evidence.flatMap((one) => (one.kind === 'target' ? (one.containerPort ?? []) : []));
  return {
    reasons: [
      // An alarm's name and reason are its owner's words, and can say anything.
      ...(evidence.some(({ kind }) => kind === 'alarm') ? [] : [because]),
      ...texts((one) => (one.kind === 'task' ? formatTask(one) : [])),
      ...texts((one) => (one.kind === 'deployment' ? [one.because] : [])),
    ],
    targets: texts((one) => (one.kind === 'target' ? [`${one.state} ${one.reason}: ${one.description}`] : [])),
    events: texts((one) => (one.kind === 'service-event' ? [one.message] : [])),
    log: texts((one) => (one.kind === 'log' ? one.lines : [])),
    last: texts((one) => (one.kind === 'log' ? (tellingOf(one.lines)?.block ?? []) : [])),
    ports: asked.length > 0 ? asked : ports,
    lacks,
  };
}

const formatTask = ({ status, stopCode, stoppedReason, containers }: Extract<Evidence, { kind: 'task' }>) => [
  stopCode === undefined ? `the task is ${status}` : stopCode,
  stoppedReason,
  ...containers.map(formatEnd),
];

const formatEnd = ({ exitCode, reason = '', health, essential }: ContainerEvidence): string =>
  [
    exitCode === undefined ? '' : `exit code ${exitCode}`,
    health === 'UNHEALTHY' && essential !== false ? 'the container is UNHEALTHY' : '',
    reason,
  ]
    .filter((part) => part !== '')
    .join(', ');

/**
 * The log line that tells why: of the container that ended with an error, else of one whose log ends with an error. What a
 * healthy program wrote last says nothing.
 */
export function quoteOf(evidence: readonly Evidence[]): Quote | undefined {
  const failed = new Set(
    evidence
      .flatMap((one) => (one.kind === 'task' ? one.containers : []))
      .flatMap(({ name, exitCode = 0 }) => (exitCode === 0 || exitCode === 143 ? [] : [name])),
  );
  const logs = evidence.flatMap((one) => {
    const telling = one.kind === 'log' ? tellingOf(one.lines) : undefined;
    return one.kind === 'log' && telling !== undefined ? [{ container: one.container, ...telling }] : [];
  });
  const chosen =
    logs.find(({ container, isError }) => isError && failed.has(container)) ??
    logs.find(({ container }) => failed.has(container)) ??
    logs.find(({ isError }) => isError);
  return chosen === undefined ? undefined : { container: chosen.container, line: chosen.line };
}
