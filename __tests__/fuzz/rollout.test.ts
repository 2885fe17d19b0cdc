import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { jobLog } from '../../src/github/runner.ts';
import { Refusal } from '../../src/model/problem.ts';
import { createMask, maskDeep } from '../../src/model/redact.ts';
import type { Report } from '../../src/model/report.ts';
import type { RolloutRequest } from '../../src/model/request.ts';
import { renderSummary } from '../../src/report/markdown/summary.ts';
import type { Asked } from '../../src/request/build-request.ts';
import { Account } from '../../src/simulator/account.ts';
import { AwsFailure } from '../../src/simulator/aws-failure.ts';
import type { Picture } from '../../src/simulator/picture.ts';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { carry } from '../commands/asked.ts';
import { orphans } from '../commands/stage.ts';
import { ask } from './asked.ts';
import { likelyFiles } from './contexts.ts';
import { expectNoForeignCommand, expectSoundMarkdown } from './pages.ts';
import { expectNoEngineTalk, holds, patience } from './property.ts';

/** An account that fits what is asked; nothing when AWS would not have let such a service be there. */
function accountFor({ request, context }: Asked, clock: VirtualClock): Account | undefined {
  const { region, cluster, service } = request.place;
  const plain = (value: object) => structuredClone(value) as Record<string, unknown>;
  try {
    const seed = seedFor({
      service: plain({ ...context.service, cluster, serviceName: service }),
      taskDefinition: plain(context.taskDefinition ?? {}),
      region,
    });
    const account = new Account({ seed, clock });
    account.picture();
    return account;
  } catch (error) {
    if (error instanceof AwsFailure || (error instanceof Error && error.cause instanceof AwsFailure)) return undefined;
    throw error;
  }
}

interface Played {
  readonly report: Report;
  readonly before: Picture;
  readonly after: Picture;
  /** Everything that the job shows. */
  readonly log: string;
}

/** Carries out what is asked as `main` does, in an account that fits it. */
async function play(asked: Asked, change: Partial<RolloutRequest>): Promise<Played | undefined> {
  const clock = new VirtualClock();
  const account = accountFor(asked, clock);
  if (account === undefined) return undefined;
  const request = { ...asked.request, ...change } as RolloutRequest;
  const before = account.picture();
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { report } = await carry(request, { account, clock, output: jobLog, mask: createMask(asked.secrets) });
  const shown = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  return { report, before, after: account.picture(), log: shown };
}

/** Whatever came of it, it is said in a person's words, and no secret is in it. */
function expectWellTold({ report, log }: Played, asked: Asked): void {
  const page = renderSummary(report);
  const file = JSON.stringify(maskDeep(report, createMask(asked.secrets)));
  for (const text of [page, log, file]) {
    expectNoEngineTalk(text);
    expect(text).not.toContain('looks like a bug');
    expect(text).not.toContain('the log is not complete');
    for (const secret of asked.secrets.filter((secret) => secret.includes('hush'))) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
  }
  expectSoundMarkdown(page);
  expectNoForeignCommand(log);
}

/** What the service runs, and how it is set. */
function serviceIn({ services }: Picture): object {
  const [{ tasks = {}, ...service } = {}] = Object.values(services);
  return { ...service, tasks: Object.entries(tasks).filter(([key]) => key.endsWith(' RUNNING')) };
}

describe('any accepted deploy context', () => {
  const inputs = fc.constantFrom({}, { 'INPUT_UPDATE-SERVICE': 'true' });

  it('is planned, or refused in AWS’s words, and changes nothing in a dry run', patience, async () => {
    await holds(
      fc.asyncProperty(likelyFiles, inputs, async (files, more) => {
        const asked = await ask(files, { ...more, 'INPUT_DRY-RUN': 'true' });
        if (asked instanceof Refusal) return;
        const played = await play(asked, {});
        if (played === undefined) return;
        const { outcome } = played.report;
        expect(['planned', 'failed']).toContain(outcome.is);
        expect(outcome.serviceIntact).toBe(true);
        expect(serviceIn(played.after)).toEqual(serviceIn(played.before));
        expectWellTold(played, asked);
      }),
      0.3,
    );
  });

  it('is rolled out, or not, as the account shows', patience, async () => {
    await holds(
      fc.asyncProperty(likelyFiles, inputs, async (files, more) => {
        const asked = await ask(files, more);
        if (asked instanceof Refusal) return;
        const played = await play(asked, {});
        if (played === undefined) return;
        const { outcome } = played.report;
        const { is, serviceIntact, leftovers } = outcome;
        expect(['succeeded', 'rejected', 'rolled-back', 'rollback-failed', 'failed']).toContain(is);
        if (serviceIntact) expect(serviceIn(played.after)).toEqual(serviceIn(played.before));
        if (is === 'succeeded' && !serviceIntact) {
          expect(serviceIn(played.after)).toMatchObject({ taskDefinition: expect.stringMatching(/:2$/) });
        }
        if (leftovers.length === 0) expect(orphans(played.after)).toEqual([]);
        expectWellTold(played, asked);
      }),
      0.1,
    );
  });
});
