// Draws docs/images/summary.png, the picture in the README: the top of the job summary of a real run of dist/ against the
// simulator, styled like GitHub. Needs Chromium (CHROME_PATH); takes as long as the rollout, about a minute.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { marked } from 'marked';
import { findBrowser, startBrowser } from '../../__tests__/report/browser.ts';
import { Account } from '../../src/simulator/account.ts';
import type { Seed } from '../../src/simulator/seed.ts';
import { seedFor } from '../../src/simulator/seed-for.ts';
import { listen } from '../../src/simulator/socket.ts';

const root = join(import.meta.dirname, '..', '..');
const region = 'us-west-2';
/** Where the picture ends at the latest, in pixels. */
const mostHeight = 600;
/** An image whose program ends because a setting is missing, in the simulator. */
const tag = 'crash';

/** The job summary of a rollout of examples/web with that image. */
async function summaryOfRun(): Promise<string> {
  const workspace = mkdtempSync(join(tmpdir(), 'picture-'));
  const context = join(workspace, 'deploy');
  cpSync(join(root, 'examples/web'), context, { recursive: true });
  const json = (name: string) => JSON.parse(readFileSync(join(context, name), 'utf8')) as Record<string, unknown>;
  const seed: Seed = seedFor({ service: json('service.json'), taskDefinition: json('task-definition.json'), region });
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal) => pause(ms, undefined, signal === undefined ? {} : { signal }),
  };
  const socket = await listen(new Account({ seed, clock }));
  try {
    return await runStep(workspace, socket.url);
  } finally {
    await socket.close();
    rmSync(workspace, { recursive: true });
  }
}

async function runStep(workspace: string, url: string): Promise<string> {
  const file = (name: string): string => {
    const path = join(workspace, name);
    writeFileSync(path, '');
    return path;
  };
  const summary = file('summary');
  const child = spawn(process.execPath, [join(root, 'dist/index.js')], {
    cwd: workspace,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: file('output'),
      GITHUB_STATE: file('state'),
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: workspace,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'simulator',
      AWS_SECRET_ACCESS_KEY: 'simulator',
      'INPUT_DEPLOY-CONTEXT': 'deploy',
      INPUT_IMAGE: `web=123456789012.dkr.ecr.us-west-2.amazonaws.com/web:${tag}`,
    },
  });
  await new Promise((resolve) => child.on('close', resolve));
  return readFileSync(summary, 'utf8');
}

/** The parts of GitHub's Markdown style that a summary uses. */
const style = `
body { margin: 0; padding: 24px; width: 860px; color: #1f2328; background: #fff;
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
h2 { margin: 0 0 12px; padding-bottom: 6px; border-bottom: 1px solid #d1d9e0; font-size: 21px; }
h3 { margin: 18px 0 8px; font-size: 17px; } p, ul, table, pre, details { margin: 0 0 12px; } ul { padding-left: 24px; }
table { border-collapse: collapse; } th, td { padding: 5px 12px; border: 1px solid #d1d9e0; }
tr:nth-child(2n) { background: #f6f8fa; } a { color: #0969da; text-decoration: none; }
code { padding: 2px 5px; border-radius: 6px; background: #818b981f; font: 85% ui-monospace, "Liberation Mono", monospace; }
pre { padding: 12px; border-radius: 6px; background: #f6f8fa; overflow: hidden; } pre code { padding: 0; background: none; }
blockquote { margin: 0 0 12px; padding: 0 12px; border-left: 4px solid #d1d9e0; color: #59636e; }
thead:not(:has(th:not(:empty))) { display: none; }`;

const mermaid = readFileSync(createRequire(import.meta.url).resolve('@mermaid-js/tiny/dist/mermaid.tiny.js'), 'utf8');

/** The summary as a page; its diagrams are drawn, as GitHub draws them. */
function pageOf(summary: string): string {
  const body = (marked.parse(summary, { gfm: true, async: false }) as string).replaceAll(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    '<div class="diagram">$1</div>',
  );
  const draw = `mermaid.initialize({ startOnLoad: false, theme: 'default' });
    mermaid.run({ querySelector: '.diagram' }).finally(() => { window.drawn = true; });`;
  return `<!doctype html><meta charset="utf-8"><style>${style}</style>${body}
    <script>${mermaid.replaceAll('</script', '<\\/script')}</script><script>${draw}</script>`;
}

async function draw(summary: string): Promise<Buffer> {
  const path = findBrowser();
  if (path === undefined) throw new Error('There is no Chromium here: install one, or set CHROME_PATH');
  const browser = startBrowser(path);
  try {
    const page = await browser.open(pageOf(summary), { width: 908, height: 400 });
    await page.see(
      'new Promise((done) => { const look = () => (window.drawn ? done(true) : setTimeout(look, 50)); look(); })',
    );
    // The top of the page is enough for the README.
    await page.see(
      `for (const one of [...document.body.children].reverse())
        if (one.tagName === 'H3' || one.getBoundingClientRect().bottom > ${mostHeight}) one.remove()`,
    );
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}

const summary = process.argv[2] === undefined ? await summaryOfRun() : readFileSync(process.argv[2], 'utf8');
const target = join(root, 'docs/images/summary.png');
mkdirSync(join(root, 'docs/images'), { recursive: true });
writeFileSync(target, await draw(summary));
process.stdout.write(`${target}\n`);
