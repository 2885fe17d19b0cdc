import { describe, expect, it } from 'vitest';
import { createMask, maskDeep } from '../../../src/model/redact.ts';
import { endAnnotation } from '../../../src/report/log/annotations.ts';
import { renderEnd } from '../../../src/report/markdown/comment.ts';
import { renderSummary } from '../../../src/report/markdown/summary.ts';
import { awslogs, shop, stage } from '../stage.ts';

const frame = { marker: '<!-- marker -->', at: 0 };
const about = { command: 'rollout', service: 'web' };
const run = async (tag: string) => stage(shop('fargate', 1, { tag, log: awslogs() })).rollout();

describe('the log line that tells why', () => {
  it('stands in the headline, the annotation and the comment', async () => {
    const { outcome, report } = await run('crash');
    expect(outcome.cause?.quote).toEqual({ container: 'web', line: 'Error: DATABASE_URL is not set' });
    const said = 'The log of web says: "Error: DATABASE_URL is not set".';
    expect(endAnnotation(outcome, about).message.split('\n')[0]).toContain(said);
    const quoted = said.replaceAll('"', '&#34;').replaceAll('_', '&#95;');
    expect(renderSummary(report).split('\n')[0]).toContain(quoted);
    expect(renderEnd(report, frame)).toContain(quoted);
  });

  it('has the log directly under what to do next, before what was seen', async () => {
    const { report } = await run('crash');
    for (const page of [renderSummary(report), renderEnd(report, frame)]) {
      const places = ['What to do next', 'DATABASE_URL is not set\n', 'Exit code'].map((text) => page.indexOf(text));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(Math.min(...places)).toBeGreaterThan(0);
    }
  });

  it('is harmless where it is shown, and shows no secret', async () => {
    const { outcome, report } = await run('crash');
    const { cause } = outcome;
    if (cause === undefined) throw new Error('there is no cause');
    const line = '::error::<img src=x> @team `code` token=hunter2-hunter2\u001b[31m';
    const told = maskDeep(
      { ...outcome, cause: { ...cause, quote: { container: 'web', line } } },
      createMask(['hunter2-hunter2']),
    );
    const page = renderSummary({ ...report, outcome: told });
    expect(page).not.toMatch(/<img|hunter2|@team/);
    expect(page + endAnnotation(told, about).message).not.toContain('\u001b');
    expect(endAnnotation(told, about).message).not.toMatch(/^::error|hunter2/m);
  });

  it('is not there for a task that never began', async () => {
    const { outcome } = await run('no-pull');
    expect(outcome.cause?.quote).toBeUndefined();
    expect(outcome.cause?.probably).toBeDefined();
  });
});
