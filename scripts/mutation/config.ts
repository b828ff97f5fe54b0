import { ROOMS } from './rooms.ts';

/** StrykerJS for one room, which `run.ts` names in the environment. */
const name = process.env['MUTATION_ROOM'] ?? '';
const room = ROOMS[name];
if (!room) throw new Error(`MUTATION_ROOM “${name}” is none of ${Object.keys(ROOMS).join(', ')}.`);

export default {
  mutate: room.mutate,
  plugins: ['@stryker-mutator/tap-runner', './scripts/mutation/texts.ts'],
  ignorers: ['texts'],
  testRunner: 'tap',
  tap: {
    testFiles: room.tests,
    nodeArgs: [
      ...['--test-reporter=tap', '-r', '{{hookFile}}', '--import', './scripts/mutation/active.ts'],
      '{{testFile}}',
    ],
  },
  coverageAnalysis: 'perTest',
  // TypeScript 7 has no JavaScript API to read a tsconfig with, so none is named; Node strips the types itself.
  tsconfigFile: 'none.json',
  // What none of these tests reads.
  ignorePatterns: ['/.cache', '/build', '/coverage', '/dist', '/docs', '/examples'],
  tempDirName: 'coverage/mutation-sandbox',
  incrementalFile: `coverage/mutation/${name}.incremental.json`,
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  htmlReporter: { fileName: `coverage/mutation/${name}.html` },
  jsonReporter: { fileName: `coverage/mutation/${name}.json` },
  thresholds: { high: 95, low: 90 },
};
