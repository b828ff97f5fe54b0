/**
 * Breaks the rules of `src/` one at a time and looks whether a unit test notices (StrykerJS). Some rooms alone:
 * `npm run test:mutation -- --mutate "src/judge/**"`.
 */
export default {
  mutate: [
    'src/{judge,provider,kafka,aiven,inputs}/**/*.ts',
    'src/plan.ts',
    'src/modes/{names,accounts,pool}.ts',
    'src/modes/org-create/once.ts',
    'src/modes/project-assign/{choose,assign}.ts',
    'src/modes/kafka-oidc/{access,findings,lockout,token,traps,wanted,weigh}.ts',
  ],
  plugins: ['@stryker-mutator/tap-runner', './scripts/mutation/texts.ts'],
  ignorers: ['texts'],
  testRunner: 'tap',
  tap: {
    testFiles: [
      'test/unit/{judge,provider,kafka,aiven,inputs,modes}/**/*.test.ts',
      'test/unit/{alphabet,difference,quote}.test.ts',
    ],
    nodeArgs: ['--test-reporter=tap', '-r', '{{hookFile}}', '{{testFile}}'],
  },
  coverageAnalysis: 'perTest',
  // TypeScript 7 has no JavaScript API to read a tsconfig with, so none is named; Node strips the types itself.
  tsconfigFile: 'none.json',
  // What no unit test reads.
  ignorePatterns: ['/.cache', '/build', '/coverage', '/dist', '/docs', '/examples'],
  tempDirName: 'coverage/mutation-sandbox',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  htmlReporter: { fileName: 'coverage/mutation/index.html' },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  thresholds: { high: 95, low: 90 },
};
