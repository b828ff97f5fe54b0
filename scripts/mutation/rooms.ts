/** A part of `src/` with rules in it, and the tests that hold it to them. */
export interface Room {
  /** What is broken, one place at a time. */
  readonly mutate: readonly string[];
  /** What is to notice, the quickest first. Tests of processes prove nothing here: they run the bundle. */
  readonly tests: readonly string[];
}

/** Every room whose rules are broken. */
export const ROOMS: Readonly<Record<string, Room>> = {
  inputs: {
    mutate: ['src/inputs/**/*.ts'],
    tests: ['test/unit/inputs/*.test.ts', 'test/unit/alphabet.test.ts', 'test/action/inputs/*.test.ts'],
  },
  modes: {
    mutate: [
      'src/modes/{names,accounts,pool}.ts',
      'src/modes/org-create/once.ts',
      'src/modes/project-assign/{choose,assign}.ts',
    ],
    tests: ['test/unit/modes/*.test.ts', 'test/action/{org-create,project-assign}/*.test.ts'],
  },
  'kafka-oidc': {
    mutate: [
      'src/modes/kafka-oidc/{access,chosen-login,evidence,findings,lockout,refused-token,rollback,token,traps,update,verdicts,wanted,weigh}.ts',
    ],
    tests: ['test/unit/modes/**/*.test.ts'],
  },
  provider: {
    mutate: ['src/provider/**/*.ts'],
    tests: ['test/unit/provider/*.test.ts'],
  },
  aiven: {
    mutate: ['src/aiven/**/*.ts'],
    tests: ['test/unit/aiven/*.test.ts'],
  },
  judge: {
    mutate: ['src/judge/**/*.ts'],
    tests: ['test/unit/judge/*.test.ts', 'test/unit/modes/{token,weigh}.test.ts'],
  },
  kafka: {
    mutate: ['src/kafka/**/*.ts'],
    tests: ['test/unit/kafka/*.test.ts', 'test/unit/inputs/*.test.ts'],
  },
  plan: {
    mutate: ['src/plan.ts'],
    tests: ['test/unit/{plan,difference,quote}.test.ts'],
  },
};
