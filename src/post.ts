import { connect } from './connect.ts';
import { minute } from './core/duration.ts';
import { unwindHurried } from './core/engine.ts';
import { readInputs, wantsNoSummary } from './github/inputs.ts';
import { outputFor } from './github/runner.ts';
import { readLeftState } from './github/state.ts';
import { publishSummary, renderPostSummary } from './github/summary.ts';
import type { Environment } from './request.ts';
import { worldFor } from './scene.ts';

/** Puts back what the main phase has left: asks for all of it, and does not wait, because a cancelled job has no time. */
export async function post(environment: Environment): Promise<void> {
  const left = readLeftState(environment);
  if (left?.complaint !== undefined) {
    outputFor(environment).annotate({ level: 'warning', title: 'ECS rollout', message: left.complaint });
  }
  const [first] = left?.journal ?? [];
  if (left === undefined || first === undefined) return;
  const { scene } = connect(
    environment,
    { command: 'post', place: { region: first.region, cluster: '', service: '' } },
    { role: readInputs(environment).inputs, needed: 15 * minute },
    [],
    left.journal,
  );
  const lost = await unwindHurried(worldFor(scene, ''));
  const leftovers = [...lost.values()];
  // In the order in which it was asked for.
  const done = left.journal
    .toReversed()
    .filter((undo) => !lost.has(undo))
    .map(({ title }) => title);
  for (const { what, because, byHand } of leftovers) {
    const hand = byHand === undefined ? '' : ` By hand: ${byHand}`;
    scene.report({ kind: 'warning', message: `Could not ${what}: ${because}.${hand}` });
  }
  if (!wantsNoSummary(environment)) publishSummary(renderPostSummary({ done, leftovers }), environment);
}
