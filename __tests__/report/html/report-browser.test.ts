import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linksFor } from '../../../src/report/console-links.ts';
import { renderHtmlReport } from '../../../src/report/html/report.ts';
import { type Browser, findBrowser, type Page, startBrowser, type View } from '../browser.ts';
import { hostile, hostileReport, longReport } from '../odd-reports.ts';
import * as runs from '../streams.ts';

const path = findBrowser();
const where = path === undefined ? ', SKIPPED: there is no Chromium here; install one, or name it in CHROME_PATH' : '';

/** In the middle of the timeline's tracks, or of something else. */
const middleOf = (page: Page, selector: string, part = 0.5) =>
  page.see<{ x: number; y: number }>(`(() => {
    const it = document.querySelector(${JSON.stringify(selector)});
    it.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { x, y, width, height } = it.getBoundingClientRect();
    return { x: x + width * ${part}, y: y + height / 2 };
  })()`);
const ticks = (page: Page) =>
  page.see<string[]>(`[...document.querySelectorAll('#ticks .tick')].map((t) => t.innerText)`);
const shown = (page: Page) => page.see<string>(`document.getElementById('span').textContent`);
const rows = (page: Page) =>
  page.see<string[]>(
    `[...document.querySelectorAll('#rows tbody tr')].filter((r) => !r.hidden).map((r) => [...r.cells].map((c) => c.textContent).join(' '))`,
  );

/** Every text that stands out less from what is behind it than WCAG asks for (AA, 4.5 to 1). */
const faint = `(() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === '' || e.closest('script') || e.offsetWidth <= 1 || e.disabled) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.add(e.parentElement.className + ' > ' + e.tagName + '.' + e.className + ' ' + ratio.toFixed(2) + ' ' + e.textContent);
  }
  return [...found];
})()`;

// A pointer can be where a frame of a busy machine has not drawn anything yet: what is wrong is wrong three times.
describe.skipIf(path === undefined)(`the HTML report in a browser${where}`, { timeout: 60_000, retry: 2 }, () => {
  let browser: Browser;
  beforeAll(() => {
    browser = startBrowser(path ?? '');
  }, 60_000);
  afterAll(() => browser.close(), 60_000);

  const open = async (report = runs.rolledBack.report, view: View = {}) => {
    const page = await browser.open(renderHtmlReport(report, linksFor(runs.place)), view);
    const keep = process.env.KEEP_SCREENSHOTS;
    if (keep)
      writeFileSync(
        join(keep, `${expect.getState().currentTestName?.replaceAll(/\W+/g, '-')}.png`),
        await page.screenshot(),
      );
    return page;
  };
  const expectQuiet = ({ complaints, requests, dialogs }: Page) =>
    expect({ complaints, requests, dialogs }).toEqual({ complaints: [], requests: [], dialogs: [] });

  it.each(['light', 'dark'] as const)('complains of nothing, asks nobody, and can be read: %s', async (colours) => {
    const page = await open(runs.rollbackFailed.report, { colours });
    expect(await page.see('document.querySelector("h1").innerText')).toMatch(/^Rollback failed/);
    expect(await page.see(faint)).toEqual([]);
    const dark = await page.see<boolean>(`matchMedia('(prefers-color-scheme: dark)').matches`);
    expect(dark).toBe(colours === 'dark');
    expectQuiet(page);
  });

  it('fills a line with the headline before it begins another', async () => {
    const page = await open(runs.rejected.report, { width: 1280 });
    const seen = await page.see<{ lines: number; needed: number }>(`(() => {
      const it = document.querySelector('h1');
      it.textContent = 'Rejected: the program ended because a setting is missing. The log of web says: "DATABASE_URL is not set". The service was not changed.';
      const lines = Math.round(it.offsetHeight / parseFloat(getComputedStyle(it).lineHeight));
      it.style.whiteSpace = 'nowrap';
      it.style.width = 'max-content';
      return { lines, needed: it.offsetWidth / document.querySelector('main').clientWidth };
    })()`);
    expect(seen.lines).toBe(Math.ceil(seen.needed));
  });

  it('does nothing that a hostile text wants, with a script or without', async () => {
    for (const script of [true, false]) {
      const page = await open(hostileReport(hostile), { script });
      expect(
        await page.see(
          `document.querySelectorAll('iframe, img, svg, base, link, [onload], [onerror], [onfocus]').length`,
        ),
      ).toBe(0);
      expect(await page.see(`document.querySelectorAll('script').length`)).toBe(2);
      expect(await page.see(`document.querySelectorAll('dd')[1].textContent`)).toContain(
        '</script><script>alert(1)</script>',
      );
      if (script) await page.press('Tab');
      expectQuiet(page);
    }
  });

  it('refuses a script that somebody has put into it all the same', async () => {
    const page = await browser.open(
      renderHtmlReport(runs.rejected.report).replace(
        '<main>',
        '<main><img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script>',
      ),
    );
    expect(page.dialogs).toEqual([]);
    expect(page.complaints.join()).toMatch(/Content Security Policy/);
  });

  it('zooms by wheel, buttons, keys and double-click, and fits again', async () => {
    const page = await open();
    const [all, whole] = [await ticks(page), await shown(page)];
    expect(whole).toBe('03:14:07Z to 03:21:18Z, 7m 12s shown');
    const track = await middleOf(page, '.lane .track', 0.3);
    await page.wheel(track, -200, true);
    const zoomed = await ticks(page);
    expect(zoomed).not.toEqual(all);
    expect(await shown(page)).not.toBe(whole);
    await page.press('0');
    await page.click(await middleOf(page, '#fit'));
    expect(await ticks(page)).toEqual(all);
    await page.click(await middleOf(page, '#zoom-in'));
    expect(await shown(page)).not.toBe(whole);
    await page.click(await middleOf(page, '#fit'));
    await page.see(`document.getElementById('chart').focus()`);
    for (const _ of [1, 2, 3]) await page.press('+');
    const closer = await shown(page);
    expect(closer).not.toBe(whole);
    await page.wheel(await middleOf(page, '.lane .track', 0.3), -100);
    expect(await shown(page)).not.toBe(closer);
    await page.press('0');
    expect(await shown(page)).toBe(whole);
    expectQuiet(page);
  });

  it('keeps the time under the pointer where it is, down to fractions of a second', async () => {
    const page = await open();
    const failed = `document.querySelector('.flag.fail')`;
    const placeOfFlag = () => page.see<number>(`${failed}.getBoundingClientRect().left`);
    const { y } = await middleOf(page, '.lane .track');
    for (let i = 0; i < 14; i++) {
      const before = await placeOfFlag();
      await page.wheel({ x: Math.round(before), y }, -120, true);
      expect(Math.abs((await placeOfFlag()) - before)).toBeLessThan(3);
    }
    expect((await ticks(page)).join()).toMatch(/\d\.\d+s[\s\S]*:\d\d\.\d\dZ/);
  });

  it('is moved by dragging, and leaves the wheel to the page while it has no focus', async () => {
    const page = await open();
    const track = await middleOf(page, '.lane .track', 0.3);
    await page.wheel(track, -240, true);
    const before = await shown(page);
    await page.drag({ x: track.x + 100, y: track.y }, { x: track.x - 150, y: track.y });
    expect(await shown(page)).not.toBe(before);
    await page.see('document.activeElement.blur()');
    const [top, here] = [await page.see<number>('scrollY'), await shown(page)];
    await page.wheel(track, 120);
    await page.see('new Promise((done) => setTimeout(done, 300))');
    expect(await page.see<number>('scrollY')).not.toBe(top);
    expect(await shown(page)).toBe(here);
  });

  it('explains a mark by pointer and by keyboard, and leads to its row', async () => {
    const page = await open();
    const mark = '.lane .span.fail';
    await page.hover(await middleOf(page, mark));
    const tip = `document.getElementById('tip')`;
    expect(await page.see(`${tip}.hidden`)).toBe(false);
    expect(await page.see(`${tip}.innerText`)).toMatch(
      /wait until the new revision carries traffic: failed[\s\S]*\+3m 40s/,
    );
    await page.press('Escape');
    await page.see(`document.querySelector('.lane .span.wait').focus()`);
    expect(await page.see(`${tip}.innerText`)).toMatch(/Canary running: wait\nthe canary was just started/);
    await page.see(`document.querySelector('#filter [name=text]').value = 'nothing has this'`);
    await page.see(`document.getElementById('filter').dispatchEvent(new Event('input'))`);
    expect(await rows(page)).toEqual([]);
    await page.click(await middleOf(page, mark));
    expect(await page.see(`document.querySelector('tr:target').innerText`)).toContain('failed');
    expect((await rows(page)).length).toBe(runs.rolledBack.report.events.length);
  });

  it('filters the events by text, by kind, and by what went wrong', async () => {
    const page = await open();
    const total = runs.rolledBack.report.events.length;
    expect((await rows(page)).length).toBe(total);
    await page.see(`document.querySelector('#filter [name=text]').focus()`);
    await page.type('TARGET healthy initial');
    const found = await rows(page);
    expect(found.length).toBe(2);
    for (const row of found) expect(row).toMatch(/Target healthy[\s\S]*initial/);
    expect(await page.see(`document.getElementById('shown').textContent`)).toBe(`2 of ${total}`);
    await page.see(`document.getElementById('filter').reset()`);
    await page.click(await middleOf(page, '#filter [value=gate]'));
    expect((await rows(page)).length).toBe(
      runs.rolledBack.report.events.filter(({ kind }) => kind !== 'verdict').length,
    );
    await page.click(await middleOf(page, '#filter [name=wrong]'));
    const wrong = await rows(page);
    expect(wrong.length).toBeGreaterThan(1);
    for (const row of wrong) expect(row).toMatch(/fail|again in|rolled-back/);
    expectQuiet(page);
  });

  it('copies a command, and gives the JSON report away', async () => {
    const page = await open(runs.rollbackFailed.report);
    await page.see(`navigator.clipboard.writeText = async (text) => { window.copied = text; }`);
    await page.click(await middleOf(page, '#leftovers .copy'));
    expect(await page.see('window.copied')).toMatch(/^aws ecs update-service --region us-west-2 .*web:41$/);
    expect(await page.see(`document.querySelector('#leftovers .copy').textContent`)).toBe('Copied');
    await page.see(`URL.createObjectURL = (blob) => { window.given = blob; return '#given'; }`);
    await page.click(await middleOf(page, '#download'));
    expect(JSON.parse(await page.see<string>('window.given.text()'))).toEqual(
      JSON.parse(JSON.stringify(runs.rollbackFailed.report)),
    );
  });

  it('can be read without a script: everything is there, to scale, and nothing that does not work', async () => {
    const page = await open(runs.rolledBack.report, { script: false });
    await middleOf(page, '#rows');
    const text = await page.see<string>('document.body.innerText');
    const parts = ['Rolled back', 'What to do next', 'New revision', 'OutOfMemoryError', 'ecs:UpdateService'];
    expect(parts.filter((part) => !text.includes(part))).toEqual([]);
    expect(text.match(/Copy|Download the JSON|Only failures|Drag to move/)).toBeNull();
    expect((await ticks(page)).length).toBeGreaterThan(4);
    const ends = `(selector) => { const { left, right } = document.querySelector(selector).getBoundingClientRect(); return [left, right]; }`;
    const [[from, to], [left, right]] = await page.see<[[number, number], [number, number]]>(
      `(() => { const f = ${ends}; return [f('.track'), f('.lane .span.fail')]; })()`,
    );
    // The step that failed lasted from 220 s to 360 s of 431.5 s, and there is room for a 40th beside them.
    expect((left - from) / (to - from)).toBeCloseTo((220 + 2.2) / (431.5 * 1.025), 2);
    expect((right - from) / (to - from)).toBeCloseTo((360 + 2.2) / (431.5 * 1.025), 2);
    await page.click(await middleOf(page, '#timeline details summary'));
    expect(await page.see<string>(`document.querySelector('#timeline details').innerText`)).toContain(
      'the canary was just started',
    );
    expectQuiet(page);
  });

  it('fits on a telephone: the page itself never scrolls sideways', async () => {
    const page = await open(runs.rollbackFailed.report, { width: 390, height: 800 });
    expect(await page.see('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await page.see(`document.querySelector('.lane .track').offsetWidth`)).toBeGreaterThan(150);
  });

  it('opens fast with 5,000 events', async () => {
    const page = await open(longReport(5000));
    const took = await page.see<number>(`performance.getEntriesByType('navigation')[0].loadEventEnd`);
    process.stdout.write(`the page of 5,000 events is there after ${Math.round(took)} ms\n`);
    expect(took).toBeLessThan(8000);
    expect(await page.see(`document.getElementById('shown').textContent`)).toBe('5001 of 5001');
  });
});
