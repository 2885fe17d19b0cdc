import type { ContainerEvidence, Evidence } from '../core/verdict.ts';
import { type Clues, type KnownCause, knownCauses } from './known-causes.ts';

/** What is most likely behind a failure, and what to do about it; empty when nothing of what was seen is known. */
export function diagnose(
  because: string,
  evidence: readonly Evidence[],
  ports: readonly number[],
  lacks: readonly string[] = [],
): { readonly probably?: string; readonly next?: string } {
  const clues = cluesIn(because, evidence, ports, lacks);
  const known = recognise(clues);
  if (known === undefined) return {};
  const { probably, next } = known;
  return { probably: typeof probably === 'string' ? probably : probably(clues), next };
}

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
      ...texts((one) => (one.kind === 'task' ? sayTask(one) : [])),
      ...texts((one) => (one.kind === 'deployment' ? [one.because] : [])),
    ],
    targets: texts((one) => (one.kind === 'target' ? [`${one.state} ${one.reason}: ${one.description}`] : [])),
    events: texts((one) => (one.kind === 'service-event' ? [one.message] : [])),
    log: texts((one) => (one.kind === 'log' ? one.lines : [])),
    ports: asked.length > 0 ? asked : ports,
    lacks,
  };
}

const sayTask = ({ status, stopCode, stoppedReason, containers }: Extract<Evidence, { kind: 'task' }>) => [
  stopCode === undefined ? `the task is ${status}` : stopCode,
  stoppedReason,
  ...containers.map(sayEnd),
];

const sayEnd = ({ exitCode, reason = '', health, essential }: ContainerEvidence): string =>
  [
    exitCode === undefined ? '' : `exit code ${exitCode}`,
    health === 'UNHEALTHY' && essential !== false ? 'the container is UNHEALTHY' : '',
    reason,
  ]
    .filter((part) => part !== '')
    .join(', ');
