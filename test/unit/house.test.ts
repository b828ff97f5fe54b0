import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT } from '../world/run-action.ts';

/** Who may know whom in `src/`, as CONTRIBUTING.md says it. */

/** The words that all rooms share. They know no room. */
const SHARED = [
  'plan.ts',
  'failure.ts',
  'finding.ts',
  'alphabet.ts',
  'say.ts',
  'clock.ts',
  'runner.ts',
  'quote.ts',
  'units.ts',
  'difference.ts',
  'version.ts',
];

/** Each room, the rooms and files that it may import, and the packages. */
const ROOMS: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>
> = {
  inputs: {
    rooms: ['kafka/settings.ts', 'modes/request.ts', 'provider/issuer.ts', 'judge/broker/token.ts'],
    packages: ['@actions/core'],
  },
  modes: { rooms: ['aiven/', 'provider/', 'judge/', 'kafka/', 'net/http.ts', 'net/faults.ts'], packages: [] },
  aiven: { rooms: ['net/'], packages: ['zod/mini'] },
  provider: { rooms: ['net/'], packages: ['zod/mini'] },
  judge: { rooms: [], packages: ['zod/mini'] },
  'judge/jws': { rooms: [], packages: [] },
  kafka: { rooms: [], packages: ['@platformatic/kafka'] },
  net: { rooms: [], packages: ['undici'] },
  report: { rooms: ['inputs/about.ts'], packages: ['@actions/core', '@actions/github'] },
};

interface Import {
  readonly from: string;
  /** A file of `src/`, or the name of a package. */
  readonly to: string;
}

const IMPORT = /(?:^|\n)(?:import|export) [^;'"]*?from '([^']+)'|\bimport\('([^']+)'\)/g;

const imports = globSync('**/*.ts', { cwd: join(ROOT, 'src') }).flatMap((from): Import[] => {
  const text = readFileSync(join(ROOT, 'src', from), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, fixed, lazy]) => {
    const name = fixed ?? lazy ?? '';
    const to = name.startsWith('.') ? posix.join(dirname(from), name) : name;
    return { from, to };
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

  test('has one HTTP client, which net alone knows', () => {
    assert.deepEqual(
      new Set(imports.filter(({ to }) => to === 'undici').map(({ from }) => dirname(from))),
      new Set(['net']),
    );
    const others = globSync('**/*.ts', { cwd: join(ROOT, 'src') }).filter((file) =>
      /\bnode:http|(?<!\w)fetch\(/.test(readFileSync(join(ROOT, 'src', file), 'utf8')),
    );
    assert.deepEqual(others, [], 'what calls another one');
  });

  test('lets the shared words know no room', () => {
    const own = imports.filter(({ from }) => SHARED.includes(from));
    const strangers = own.filter(({ to }) => !to.startsWith('node:') && !SHARED.includes(to));
    assert.deepEqual(
      strangers.map(({ from, to }) => `${from} imports ${to}`),
      [],
    );
  });

  test('has no circles, not of types either', () => {
    const edges = Map.groupBy(imports, ({ from }) => from);
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
