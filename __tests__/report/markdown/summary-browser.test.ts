import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { marked } from 'marked';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { renderSummary } from '../../../src/report/markdown/summary.ts';
import { shop, stage } from '../../commands/stage.ts';
import { type Browser, findBrowser, type Page, startBrowser } from '../browser.ts';
import { hostile, hostileReport } from '../odd-reports.ts';
import * as runs from '../streams.ts';

const path = findBrowser();
const where = path === undefined ? ', SKIPPED: there is no Chromium here; install one, or name it in CHROME_PATH' : '';
const mermaid = readFileSync(createRequire(import.meta.url).resolve('@mermaid-js/tiny/dist/mermaid.tiny.js'), 'utf8');

/** A page as GitHub makes one of a summary: Markdown first, then what is in its Mermaid blocks. */
function pageOf(summary: string, colours: 'light' | 'dark'): string {
  const body = (marked.parse(summary, { gfm: true, async: false }) as string).replaceAll(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    '<div class="diagram">$1</div>',
  );
  const [ink, paper] = colours === 'dark' ? ['#e6edf3', '#0d1117'] : ['#1f2328', '#ffffff'];
  const draw = `
    mermaid.initialize({ startOnLoad: false, theme: '${colours === 'dark' ? 'dark' : 'default'}' });
    mermaid.run({ querySelector: '.diagram' }).then(() => 'drawn', (error) => String(error.message)).then((said) => { window.said = said; });`;
  const script = mermaid.replaceAll('</script', '<\\/script');
  return `<!doctype html><meta charset="utf-8"><style>body{color:${ink};background:${paper};font:14px sans-serif;max-width:980px;margin:24px auto}td,th{border:1px solid #8888;padding:6px 13px}table{border-collapse:collapse}</style>${body}<script>${script}</script><script>${draw}</script>`;
}

const reports: Readonly<Record<string, Report>> = {
  succeeded: runs.succeeded.report,
  rejected: runs.rejected.report,
  'rolled back': runs.rolledBack.report,
  'rollback failed': runs.rollbackFailed.report,
  cancelled: runs.cancelled.report,
  planned: runs.planned.report,
};

// A pointer can be where a frame of a busy machine has not drawn anything yet: what is wrong is wrong three times.
describe.skipIf(path === undefined)(`the job summary in a browser${where}`, { timeout: 60_000, retry: 2 }, () => {
  let browser: Browser;
  beforeAll(() => {
    browser = startBrowser(path ?? '');
  }, 60_000);
  afterAll(() => browser.close(), 60_000);

  /** Opens it and waits until every diagram is drawn, or one of them cannot be. */
  async function open(report: Report, colours: 'light' | 'dark'): Promise<Page> {
    const page = await browser.open(pageOf(renderSummary(report), colours), { colours });
    const waited = `new Promise((done) => { const look = () => (window.said ? done(window.said) : setTimeout(look, 50)); look(); })`;
    expect(await page.see<string>(waited)).toBe('drawn');
    const keep = process.env.KEEP_SCREENSHOTS;
    const name = `${expect.getState().currentTestName?.replaceAll(/\W+/g, '-')}-${colours}.png`;
    if (keep) writeFileSync(join(keep, name), await page.screenshot());
    return page;
  }

  const drawn = (page: Page) =>
    page.see<readonly [number, number]>(
      `[document.querySelectorAll('.diagram').length, document.querySelectorAll('.diagram svg').length]`,
    );

  it.each(Object.entries(reports))('is drawn in light and dark, its outcome first: %s', async (_, report) => {
    for (const colours of ['light', 'dark'] as const) {
      const page = await open(report, colours);
      expect(await page.see('document.body.firstElementChild.tagName')).toBe('H2');
      const [blocks, pictures] = await drawn(page);
      expect(pictures).toBe(blocks);
      expect(await page.see(`document.body.innerText.includes('Syntax error')`)).toBe(false);
      expect([page.complaints, page.requests, page.dialogs]).toEqual([[], [], []]);
    }
  });

  it('has a timeline and the tasks of a real rollout', async () => {
    const { report } = await stage(shop()).rollout();
    expect(await drawn(await open(report, 'light'))).toEqual([2, 2]);
  });

  it('does nothing that a hostile text wants', async () => {
    const page = await open(hostileReport(hostile), 'light');
    expect(await page.see(`document.querySelectorAll('body > script').length`)).toBe(2);
    expect(await page.see(`document.querySelectorAll('iframe, img, [onload], [onerror]').length`)).toBe(0);
    expect(await page.see(`[...document.querySelectorAll('a')].every((a) => a.href.startsWith('https:'))`)).toBe(true);
    expect([page.complaints, page.requests, page.dialogs]).toEqual([[], [], []]);
  });
});
