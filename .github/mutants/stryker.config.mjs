import { readFileSync } from 'node:fs';

/** The line ranges of a file that begin and end with matching lines. */
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
    'src/engine/**/*.ts',
    'src/model/**/*.ts',
    'src/commands/rollout/{resume,conflicts}.ts',
    'src/commands/sweep.ts',
    // The undos, and what records them before the act.
    'src/aws/handlers/undos.ts',
    ...linesOf('src/aws/handlers/acts.ts', /^ {2,4}undo: /, /,$/),
    ...functions('src/aws/handlers/acts.ts', 'strayUndos'),
    ...functions('src/aws/handlers/canary.ts', 'stopUndo', 'stopTasks', 'findStarted', 'tasksOf', 'stopTask'),
    ...functions('src/aws/handlers/service-creation.ts', 'isThat', 'deleteUndo', 'deleteCreated', 'lookForCreated'),
    ...functions('src/aws/handlers/promotion.ts', 'restoreUndo', 'serviceNow', 'restoreService', 'askToRestore'),
    ...functions('src/aws/handlers/target.ts', 'deregisterUndo', 'deregisterTargets'),
  ],
  plugins: ['@stryker-mutator/vitest-runner', './.github/mutants/prose.mjs'],
  // The text of a sentence is not behaviour; whether it is shown, and where, is.
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
