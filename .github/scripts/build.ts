// tsc first, because ncc's own TypeScript loader cannot work with TypeScript 7; then one bundle with a chunk for each
// SDK client, so that a command loads only what it uses; then terser, because ncc minifies only the entry.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';

const run = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
};

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
run('tsc', '--project', '.github/tsconfig.build.json');
loadHttpClientLate();
run('ncc', 'build', 'build/index.js', '-o', 'dist', '--license', 'licenses.txt');

for (const file of readdirSync('dist').filter((name) => name.endsWith('.js'))) {
  const { code } = await minify(readFileSync(`dist/${file}`, 'utf8'), { module: true, format: { comments: false } });
  if (code === undefined) throw new Error(`terser gave nothing for dist/${file}`);
  writeFileSync(`dist/${file}`, `${code}\n`);
}

if (readFileSync('dist/index.js', 'utf8').includes('undici')) throw new Error('dist/index.js loads undici at start');

/**
 * @actions/core loads @actions/http-client, and with it undici, as soon as it is imported, although only getIDToken calls
 * it: that took a third of the time to the first request. The bundle gets a client that loads the real one when it is used.
 */
function loadHttpClientLate(): void {
  cpSync('node_modules/@actions/core', 'build/node_modules/@actions/core', { recursive: true });
  const late = 'build/node_modules/@actions/http-client';
  mkdirSync(late, { recursive: true });
  const real = '../../../../node_modules/@actions/http-client/lib';
  const exports = { '.': './index.js', './lib/auth': './auth.js' };
  writeFileSync(`${late}/package.json`, JSON.stringify({ name: '@actions/http-client', type: 'module', exports }));
  writeFileSync(`${late}/auth.js`, `export * from '${real}/auth.js';\n`);
  writeFileSync(
    `${late}/index.js`,
    `export class HttpClient {
      constructor(...given) { this.given = given; }
      async getJson(...asked) {
        const { HttpClient: Real } = await import('${real}/index.js');
        return new Real(...this.given).getJson(...asked);
      }
    }\n`,
  );
}

const sizes = readdirSync('dist').map((file) => statSync(`dist/${file}`).size);
process.stdout.write(`dist: ${sizes.length} files, ${(sizes.reduce((a, b) => a + b, 0) / 1e6).toFixed(2)} MB\n`);
