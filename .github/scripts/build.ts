// tsc first, because ncc's own TypeScript loader cannot work with TypeScript 7; then one bundle, a chunk for each client.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';

const run = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
};

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
run('npx', 'tsc', '--project', '.github/tsconfig.build.json');
run('npx', 'ncc', 'build', 'build/index.js', '-o', 'dist', '--minify', '--license', 'licenses.txt');

const files = readdirSync('dist', { recursive: true, encoding: 'utf8' });
const bytes = files.reduce((sum, file) => sum + statSync(`dist/${file}`).size, 0);
process.stdout.write(`dist: ${files.length} files, ${(bytes / 1e6).toFixed(2)} MB\n`);
