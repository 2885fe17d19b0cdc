import { readFileSync } from 'node:fs';

/** Where the parts of a file stand that begin and end with such lines, wherever they have moved to. */
function linesOf(file, begin, end) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const first = lines.flatMap((line, i) => (begin.test(line) ? [i] : []));
  if (first.length === 0) throw new Error(`${file} has no ${begin} any more: tell ${import.meta.filename}`);
  return first.map((i) => `${file}:${i + 1}-${i + 1 + lines.slice(i).findIndex((line) => end.test(line))}`);
}

const functions = (file, ...names) =>
  names.flatMap((name) => linesOf(file, new RegExp(`^(export )?(async )?function ${name}\\b`), /^}$/));

export default {
  mutate: [
    'src/core/**/*.ts',
    'src/commands/{adoption,conflict,sweep}.ts',
    // What puts something back, and what writes that down before the deed.
    'src/aws/handlers/undos.ts',
    ...linesOf('src/aws/handlers/acts.ts', /^ {6}undo: /, /^ {6}\S.*,$/),
    ...functions('src/aws/handlers/acts.ts', 'strayUndos'),
    ...functions('src/aws/handlers/canary.ts', 'stopUndo', 'stopTasks', 'findStarted', 'tasksOf', 'stopTask'),
    ...functions('src/aws/handlers/service-creation.ts', 'isThat', 'deleteUndo', 'deleteCreated', 'lookForCreated'),
    ...functions('src/aws/handlers/promotion.ts', 'restoreUndo', 'primaryNow', 'restoreService'),
    ...functions('src/aws/handlers/target.ts', 'deregisterUndo', 'deregisterTargets'),
  ],
  plugins: ['@stryker-mutator/vitest-runner', './.github/mutants/prose.mjs'],
  // What a sentence says to people is no behaviour; whether it is said, and to whom, still is.
  ignorers: ['prose'],
  testRunner: 'vitest',
  vitest: { configFile: '.github/mutants/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Vite strips the types; Stryker's own way to read a tsconfig.json does not know TypeScript 7.
  checkers: [],
  tsconfigFile: 'none',
  packageManager: 'npm',
  ignorePatterns: ['dist', 'build', 'coverage', 'reports'],
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false },
};
