import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../world/run-action.ts';

/** `docs/troubleshooting.md` is by title: each title that an annotation can have is in it, and it has no other. */

const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
const source = globSync('src/**/*.ts', { cwd: ROOT })
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .join('\n');

/** Titles of parts of a page, which no annotation has. */
const OTHERS = [
  'Identity provider',
  'client.properties for a Java client',
  'Configuration for a client on librdkafka',
];

test('every title of an error or a warning is on the page', () => {
  const errors = source.matchAll(/\btitle: (?:[^'`\n]*\? )?'([^']+)'(?: : '([^']+)')?/g);
  const warnings = source.matchAll(/\bwarning\(\s*'([^']+)'/g);
  // What a check warns of becomes a warning with its subject as the title.
  const checks = source.matchAll(/\bsubject: '([^']+)', result: 'warned'/g);
  const titles = [...errors, ...warnings, ...checks].flatMap(([, one = '', other = '']) => [one, other]);
  const wanted = [...new Set(titles)].filter((title) => title !== '' && !OTHERS.includes(title));
  assert.ok(wanted.length > 30, 'the titles were found in the source');
  assert.deepEqual(
    wanted.filter((title) => !page.includes(`**${title}**`)),
    [],
  );
});

test('every title on the page is one that the action has', () => {
  const titles = [...page.matchAll(/^\| \*\*([^*]+)\*\*/gm)].map(([, title = '']) => title);
  assert.deepEqual(
    titles.filter((title) => !source.includes(`'${title}'`)),
    [],
  );
});

test('every clause that the page quotes from a message is one that the action says', () => {
  const clauses = ['no audience at all', 'one part, as an opaque token has', 'not yet OAUTHBEARER'];
  clauses.push('the broker refused the token', 'TLS works, but no Kafka broker answers behind it');
  clauses.push('no connection', 'TLS failed', 'aiven-token is not set', 'ALARM');
  clauses.push(
    'its value is empty',
    'in most tokens',
    'is written as a path',
    'publishes no keys',
    'cannot be resolved',
  );
  clauses.push(
    'which brokers would take as part of the value',
    'brokers skip it',
    'unsigned',
    'in its place',
  );
  clauses.push('a nonce in its header', 'an opaque access token of Google', 'alg dir');
  for (const clause of clauses) {
    assert.ok(page.includes(clause), clause);
    assert.ok(source.includes(clause), clause);
  }
});

test('the error that the README shows is one that the action says', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll('\n', ' ');
  const parts = [
    ', but the provider calls itself ',
    'they differ only by a trailing slash',
    ' if that is the provider you mean: brokers compare the two character by character, and would refuse every token.',
    'Nothing was changed.',
  ];
  for (const part of parts) {
    assert.ok(readme.includes(part), part);
    assert.ok(source.includes(part), part);
  }
});
