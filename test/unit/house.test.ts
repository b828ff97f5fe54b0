import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../world/run-action.ts';

/** Who may know whom in `src/`, as CONTRIBUTING.md says it. */

/** The words that all rooms share. */
const SHARED = ['plan.ts', 'failure.ts', 'context.ts', 'quote.ts', 'version.ts'];

/** Each room, the rooms whose files it may import, and the packages. */
const ROOMS: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>
> = {
  inputs: {
    rooms: ['kafka/settings.ts', 'modes/request.ts', 'oidc/issuer.ts', 'oidc/token.ts'],
    packages: ['@actions/core'],
  },
  modes: { rooms: ['aiven/', 'oidc/', 'kafka/'], packages: [] },
  aiven: { rooms: ['net/'], packages: ['zod/mini'] },
  oidc: { rooms: ['net/'], packages: ['zod/mini'] },
  kafka: { rooms: [], packages: ['@platformatic/kafka'] },
  net: { rooms: [], packages: [] },
  report: { rooms: ['inputs/about.ts'], packages: ['@actions/core', '@actions/github'] },
};

interface Import {
  readonly from: string;
  /** A file of `src/`, or the name of a package. */
  readonly to: string;
  /** Whether it is there for types alone, and gone when the action runs. */
  readonly typeOnly: boolean;
}

const IMPORT = /(?:^|\n)(import|export) (type )?[^;'"]*?from '([^']+)'|\bimport\('([^']+)'\)/g;

const imports = globSync('**/*.ts', { cwd: join(ROOT, 'src') }).flatMap((from): Import[] => {
  const text = readFileSync(join(ROOT, 'src', from), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, , type, fixed, lazy]) => {
    const name = fixed ?? lazy ?? '';
    const to = name.startsWith('.') ? posix.join(dirname(from), name) : name;
    return { from, to, typeOnly: type !== undefined };
  });
});

describe('the house', () => {
  for (const [room, { rooms, packages }] of Object.entries(ROOMS)) {
    test(`${room} knows no more than it may`, () => {
      const own = imports.filter(({ from }) => from.startsWith(`${room}/`));
      assert.ok(own.length > 0, 'the room is there');
      const allowed = [`${room}/`, ...rooms, ...SHARED, ...packages, 'node:'];
      const strangers = own.filter(({ to }) => !allowed.some((start) => to.startsWith(start)));
      assert.deepEqual(
        strangers.map(({ from, to }) => `${from} imports ${to}`),
        [],
      );
    });
  }

  test('has no circles', () => {
    const edges = Map.groupBy(
      imports.filter(({ typeOnly }) => !typeOnly),
      ({ from }) => from,
    );
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), `a circle: ${[...path, file].join(' → ')}`);
      if (done.has(file)) return;
      for (const { to } of edges.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of edges.keys()) visit(file, []);
  });
});
