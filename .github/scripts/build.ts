// tsc first, because ncc's own TypeScript loader cannot work with TypeScript 7; then one bundle with a chunk for each
// SDK client, so that a command loads only what it uses; then terser, because ncc minifies only the entry.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';
import { bundleEsModule, loadHttpClientLate } from './build-packages.ts';

const run = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
};

/** Writes the script and the style of the HTML report into the module that reads them from files elsewhere. */
function inlineAssets(): void {
  const text = (name: string): string => JSON.stringify(readFileSync(`src/report/html/${name}`, 'utf8'));
  writeFileSync(
    'build/report/html/assets.js',
    `export const script = ${text('page.js')};\nexport const style = ${text('page.css')};\n`,
  );
}

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
run('tsc', '--project', '.github/tsconfig.build.json');
inlineAssets();
loadHttpClientLate();
for (const scope of ['@aws-sdk', '@smithy']) {
  for (const name of readdirSync(`node_modules/${scope}`)) bundleEsModule(`${scope}/${name}`);
}
run('ncc', 'build', 'build/index.js', '-o', 'dist', '--license', 'licenses.txt');

for (const file of readdirSync('dist').filter((name) => name.endsWith('.js'))) {
  const { code } = await minify(readFileSync(`dist/${file}`, 'utf8'), { module: true, format: { comments: false } });
  if (code === undefined) throw new Error(`terser gave nothing for dist/${file}`);
  writeFileSync(`dist/${file}`, `${code}\n`);
}

if (readFileSync('dist/index.js', 'utf8').includes('undici')) throw new Error('dist/index.js loads undici at start');

const sizes = readdirSync('dist').map((file) => statSync(`dist/${file}`).size);
process.stdout.write(`dist: ${sizes.length} files, ${(sizes.reduce((a, b) => a + b, 0) / 1e6).toFixed(2)} MB\n`);
