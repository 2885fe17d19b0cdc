import { expect, it } from 'vitest';
import { minute, second } from '../../../src/model/duration.ts';
import { shop, stage } from '../stage.ts';
it('tries', async () => {
  const here = stage(shop('fargate', 1, { service: { desiredCount: 4 } }));
  const run = await here.rollout({ strategy: 'weighted', weighted: { steps: [{ weight: 50, wait: 3 * minute }, { weight: 250, wait: minute }, { weight: 500, wait: minute }], warmUp: 0, settle: 30 * second, tasks: 'auto', onSplit: 'fail' } });
  const t0 = run.report.events[0]?.at ?? 0;
  for (const e of run.report.events.filter(e=>e.kind!=='call' && e.kind!=='waiting')) {} for (const e of run.report.events.filter(e=>e.kind!=='call').slice(-75) as typeof run.report.events) { void e; } for (const e of run.report.events.filter(e=>e.kind!=='call' && e.kind!=='waiting').slice(-75)) console.log(Math.round((e.at - t0)/1000), JSON.stringify(e.kind === 'planned' ? e.plan.steps.map(s=>s.title) : e).slice(0, 260));
  console.log(JSON.stringify(run.outcome, null, 1), JSON.stringify(run.report.facts), JSON.stringify(here.after()).slice(0,3000));
  expect(run.outcome.is).toBe('succeeded');
});
