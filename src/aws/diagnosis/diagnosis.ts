import { defined } from '../../model/json.ts';
import type { Cause, Quote } from '../../model/outcome.ts';
import type { ContainerEvidence, Evidence } from '../../model/verdict.ts';
import { type CauseName, type Clues, type KnownCause, knownCauses } from './known-causes.ts';
import { tellingOf } from './telling-line.ts';

/** Returns the most likely cause of a failure and the advice for it; empty when no known cause matches. */
export function diagnose(
  because: string,
  evidence: readonly Evidence[],
  ports: readonly number[],
  lacks: readonly string[] = [],
  blocked = false,
): Partial<Pick<Cause, 'probably' | 'next' | 'missingImage'>> {
  const clues: Clues = { ...sortEvidence(because, evidence, ports, lacks), blocked };
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

/** Returns the most likely cause of a refused call, from its message. Missing permissions of the caller are not covered. */
export function diagnoseCall({ code, message }: { readonly code: string; readonly message: string }): {
  readonly probably?: string;
  readonly next?: string;
} {
  const clues: Clues = { reasons: [`${code}: ${message}`], targets: [], events: [], log: [], last: [], ports: [] };
  const known = recognise(clues);
  if (known === undefined || !causesOfCalls.has(known.name)) return {};
  return { probably: wordsFor(known.probably, clues), next: wordsFor(known.next, clues) };
}

/** Causes that a refused call can report; all others concern started tasks. */
const causesOfCalls: ReadonlySet<CauseName> = new Set([
  'role cannot be assumed',
  'quota',
  'no free address',
  'port taken',
  'agent away',
  'no capacity',
  'placement constraint',
]);

/** Returns the first known cause that matches. Events count last because they can be outdated. */
export function recognise(clues: Clues): KnownCause | undefined {
  const find = (these: Clues) => knownCauses.find(({ when }) => when(these));
  return find({ ...clues, events: [] }) ?? find(clues);
}

/**
 * Sorts the evidence by its source. `ports` are the container ports of all load balancers; an event can name a host port
 * instead.
 */
export function sortEvidence(
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
      // Users choose the name and reason of an alarm, so these texts must not match a known cause.
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
 * Quotes the log line that explains the failure: from the container that ended with an error, or else from a log that ends
 * with an error. The last line of a healthy program explains nothing.
 */
export function findQuote(evidence: readonly Evidence[]): Quote | undefined {
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
