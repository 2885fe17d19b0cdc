import { readFileSync } from 'node:fs';

/** Where a function stands in its file, wherever it has moved to. */
function linesOf(file, name) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const first = lines.findIndex((line) => new RegExp(`^(export )?(async )?function ${name}\\b`).test(line));
  if (first === -1) throw new Error(`there is no function ${name} in ${file} any more: see ${import.meta.filename}`);
  return `${file}:${first + 1}-${lines.indexOf('}', first) + 1}`;
}

/** Of the files that do other things as well: what puts something back, and what writes that down. */
const undo = {
  'src/aws/act.ts': ['acts', 'strayUndos'],
  'src/aws/canary.ts': ['stopUndo', 'stopTasks', 'findStarted', 'canariesOf', 'stopTask'],
  'src/aws/promotion.ts': ['restoreUndo', 'primaryNow', 'restoreService'],
  'src/aws/target.ts': ['deregisterUndo', 'deregisterTargets'],
};

export default {
  mutate: [
    'src/core/**/*.ts',
    'src/commands/{adoption,conflict,sweep}.ts',
    'src/aws/undo.ts',
    ...Object.entries(undo).flatMap(([file, names]) => names.map((name) => linesOf(file, name))),
  ],
  plugins: ['@stryker-mutator/vitest-runner', './.github/mutants/prose.mjs'],
  // What a sentence says to people is no behaviour; whether it is said, and to whom, still is.
  ignorers: ['prose'],
  testRunner: 'vitest',
  vitest: { configFile: '.github/mutants/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  timeoutMS: 3000,
  concurrency: 2,
  // Node and Vite strip the types; Stryker's own way to read a tsconfig.json does not know TypeScript 7.
  checkers: [],
  tsconfigFile: 'none',
  packageManager: 'npm',
  ignorePatterns: ['dist', 'build', 'coverage', 'reports'],
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false },
};
