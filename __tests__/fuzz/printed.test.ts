import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { outputsOf } from '../../src/github/outputs.ts';
import { jobLog, plainLines } from '../../src/github/runner.ts';
import type { TimedEvent } from '../../src/model/event.ts';
import type { Output } from '../../src/model/output.ts';
import { Refusal } from '../../src/model/problem.ts';
import type { Report } from '../../src/model/report.ts';
import { linksFor } from '../../src/report/console-links.ts';
import {
  clip,
  code,
  codeBlock,
  html,
  logLine,
  markdown,
  markdownLines,
  mermaidLabel,
  scriptJson,
} from '../../src/report/escape.ts';
import { renderHtmlReport } from '../../src/report/html/report.ts';
import { reportRefusal } from '../../src/report/log/annotations.ts';
import { createLog } from '../../src/report/log/log.ts';
import { renderEnd, renderProgress } from '../../src/report/markdown/comment.ts';
import { renderPostSummary, renderSummary } from '../../src/report/markdown/summary.ts';
import { refusedOutcome } from '../../src/report/messages.ts';
import { createReporter } from '../../src/report/reporter.ts';
import { expectSoundHtml } from '../report/html/tags.ts';
import * as runs from '../report/streams.ts';
import { commandsIn, expectNoForeignCommand, expectSoundMarkdown } from './pages.ts';
import { holds, patience } from './property.ts';
import { anyText } from './texts.ts';

/** What a reader of Markdown sees. */
const shown = (text: string): string =>
  text
    .replaceAll(/<\/?span>/g, '')
    .replaceAll('@&#8203;', '@')
    .replaceAll('<br>', '\n')
    .replaceAll(/<\/?code>/g, '')
    .replaceAll(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)));

describe('any text', () => {
  it('is one line of the log, and never a command', patience, async () => {
    await holds(
      fc.property(anyText, (text) => {
        const line = logLine(text);
        expect(line).not.toMatch(/[\n\r]|^\s*::|##\[/);
        expect(logLine(line)).toBe(line);
        expectNoForeignCommand(line);
      }),
      3,
    );
  });

  it('is escaped in Markdown', patience, async () => {
    await holds(
      fc.property(anyText, (text) => {
        const seen = clip(logLine(text), 2000);
        expect(shown(markdown(text))).toBe(seen);
        expect(shown(code(text)).trim()).toBe(text.trim() === '' ? '' : seen);
        expectSoundMarkdown(`| a | b |\n| --- | --- |\n| ${markdown(text)} | ${code(text)} |`);
        expectSoundMarkdown(markdown(text));
        expectSoundMarkdown(markdownLines(text).split('<br>').join('\n'));
        expect(markdown(text)).not.toMatch(/\b(https?|ftp):\/\/|\bwww\.|(?<!\w)@\w/i);
      }),
      3,
    );
  });

  it('is escaped in HTML without invisible characters, and unchanged as JSON in a script', patience, async () => {
    await holds(
      fc.property(anyText, (text) => {
        const shown = html(text).replaceAll(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)));
        expect(html(text)).not.toMatch(/[<>"']|&(?!#\d+;)/);
        expect(html(shown)).toBe(html(text));
        expect(scriptJson(text)).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(scriptJson(text))).toBe(text);
      }),
      3,
    );
  });

  it('stays in its code block', patience, async () => {
    await holds(
      fc.property(anyText, (text) => {
        const [fence = '', ...lines] = codeBlock(text).split('\n');
        expect(lines.at(-1)).toBe(fence);
        for (const line of lines.slice(0, -1)) expect(line.trim().startsWith(fence)).toBe(false);
      }),
    );
  });

  it('is a title in a timeline', patience, async () => {
    await holds(
      fc.property(anyText, (text) => {
        expect(mermaidLabel(text)).toMatch(/^[^:;%#"`<>{}\\\n\r]+$/);
        expect(mermaidLabel(text)).not.toMatch(/^\s*(section|title|click|gantt|dateFormat|\d{4}-)/i);
      }),
    );
  });

  it('is unchanged in an annotation, with its title and file', patience, async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const at = fc.record({ file: anyText.filter((text) => text !== ''), line: fc.nat(), column: fc.nat() });
    const level = fc.constantFrom('notice', 'warning', 'error');
    await holds(
      fc.property(
        level,
        anyText.filter((text) => text !== ''),
        anyText,
        fc.option(at),
        (level, title, message, at) => {
          write.mockClear();
          jobLog.annotate({ level, title, message, ...(at === null ? {} : { at }) });
          const [command, ...others] = commandsIn(written(write.mock.calls));
          expect(others).toEqual([]);
          expect(command).toMatchObject({ name: level, data: message, properties: { title } });
          if (at !== null) expect(command?.properties.file).toBe(at.file);
        },
      ),
    );
  });
});

const written = (calls: readonly (readonly unknown[])[]): string => calls.map(([text]) => String(text)).join('');

type Told = { readonly events: readonly TimedEvent[]; readonly report: Report };
const told: ReadonlyMap<string, Told> = new Map(
  Object.entries(runs).flatMap(([name, run]) => (typeof run === 'object' && 'report' in run ? [[name, run]] : [])),
);
const anyRun = fc.constantFrom(...told.keys());
const runOf = (name: string): Told => told.get(name) ?? runs.succeeded;

/** Our own words, which external texts do not contain. */
const ours = new Set(['kind', 'is', 'gate', 'level', 'name', 'command', 'when']);

/** The same with other texts in the place of the texts that come from outside. */
function retold<T>(value: T, texts: readonly string[]): T {
  let next = 0;
  const visit = (one: unknown, key: string): unknown => {
    if (typeof one === 'string') return ours.has(key) ? one : (texts[next++ % texts.length] ?? one);
    if (Array.isArray(one)) return one.map((item) => visit(item, key));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, visit(item, name)]));
  };
  return visit(value, '') as T;
}

/** What two outputs show of the same: the log of a job, and a person's terminal. */
function shownBy(tell: (output: Output) => void): { readonly job: string; readonly plain: string } {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  tell(jobLog);
  const job = written(write.mock.calls);
  write.mockRestore();
  const lines: string[] = [];
  tell(plainLines((line) => lines.push(line)));
  return { job, plain: lines.map((line) => `${line}\n`).join('') };
}

describe('a run with any texts in it', () => {
  const texts = fc.array(anyText, { minLength: 1, maxLength: 8 });

  it('is a log in which every command is ours', patience, async () => {
    await holds(
      fc.property(anyRun, texts, fc.boolean(), (run, texts, colours) => {
        const service = texts[0] ?? '';
        const { job, plain } = shownBy((output) => {
          const log = createLog({ about: { command: 'rollout', service }, output, colours, debug: true });
          for (const event of retold(runOf(run).events, texts)) log(event);
        });
        expectNoForeignCommand(job);
        expect(plain).not.toMatch(/^\s*::|##\[/m);
      }),
      0.5,
    );
  });

  it('is a summary of which nothing breaks out, and outputs', patience, async () => {
    await holds(
      fc.property(anyRun, texts, (run, texts) => {
        const report = retold(runOf(run).report, texts);
        expectSoundMarkdown(renderSummary(report));
        const marker = '<!-- x -->';
        for (const render of [renderEnd, renderProgress]) {
          const comment = render(report, { marker, environment: texts[0] ?? '', at: 0 });
          expect(comment.length).toBeLessThanOrEqual(65_536);
          expectSoundMarkdown(comment.slice(marker.length));
        }
        expect(Object.values(outputsOf(report)).every((value) => typeof value === 'string')).toBe(true);
        const { leftovers } = report.outcome;
        expectSoundMarkdown(renderPostSummary({ done: texts, leftovers }));
      }),
      0.5,
    );
  });

  it('is a page of which nothing breaks out', patience, async () => {
    await holds(
      fc.property(anyRun, texts, (run, texts) => {
        const report = retold(runOf(run).report, texts);
        expectSoundHtml(renderHtmlReport(report, linksFor(runs.place)));
      }),
      0.1,
    );
  });

  it('is a refusal with one annotation per problem and one summary', patience, async () => {
    const at = fc.record({ file: anyText, line: fc.nat(), column: fc.nat() });
    const problem = fc.record({ where: anyText, what: anyText, at }, { requiredKeys: ['where', 'what'] });
    await holds(
      fc.property(problem, fc.array(problem, { maxLength: 3 }), anyText, (first, others, command) => {
        const refusal = new Refusal(first, ...others);
        const { job, plain } = shownBy((output) =>
          reportRefusal(refusal, { output, about: { command }, callsMade: false }),
        );
        expect(commandsIn(job)).toHaveLength(1 + others.length);
        expectNoForeignCommand(job);
        expect(plain).not.toMatch(/^\s*::|##\[/m);
        const clock = { now: () => 0, sleep: () => Promise.resolve() };
        const report = createReporter({ command }, clock, () => {}).read(refusedOutcome(refusal));
        expectSoundMarkdown(renderSummary(report));
      }),
    );
  });
});
