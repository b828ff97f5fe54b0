import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeprecationNotices } from '../../../src/aiven/deprecation.ts';
import { scripted } from '../../world/scripted-http.ts';

/** What Aiven says of calls that it is going to retire. */

function told(...headers: Record<string, string>[]) {
  const world = scripted(() => ({}));
  const notices = new DeprecationNotices(world.say);
  for (const one of headers) notices.look({ operation: 'ProjectUpdate' }, one);
  return { lines: world.told, warnings: world.warnings.map(({ text }) => text), notices, world };
}

const SUNSET = 'Fri, 01 Jan 2027 00:00:00 GMT';

describe('a call', () => {
  test('of which nothing is said is fine', () => {
    const { lines, warnings } = told({ link: '<https://x>; rel="sunset"' });
    assert.deepEqual([...lines, ...warnings], []);
  });
  test('that is deprecated without an end is a line of the log', () => {
    const { lines, warnings } = told({ deprecation: '@1764072000' });
    assert.deepEqual(lines, [
      'Aiven has deprecated the API call ProjectUpdate (2025-11-25). It still works, and no end date is set.',
    ]);
    assert.deepEqual(warnings, []);
  });
  test('that ends is a warning with the day', () => {
    const { lines, warnings } = told({ sunset: SUNSET });
    assert.deepEqual(warnings, [
      'Aiven has deprecated the API call ProjectUpdate and will switch it off on 2027-01-01. Update this action to its newest version before then.',
    ]);
    assert.deepEqual(lines, []);
  });
  test('is told once, and another one beside it', () => {
    const { warnings, notices, world } = told({ sunset: SUNSET }, { sunset: SUNSET });
    assert.equal(warnings.length, 1);
    notices.look({ operation: 'AccountList', withoutIt: 'Use the Console.' }, { sunset: SUNSET });
    assert.match(world.warnings[1]?.text ?? '', /AccountList and will .*2027-01-01\. Use the Console\.$/);
    assert.equal(world.warnings[1]?.title, 'Aiven is retiring an API call');
  });
  for (const odd of ['true', '@x', '@99999999999999', 'x@1764072000', '@1764072000x'])
    test(`deprecated at ${odd} has no day`, () =>
      assert.match(told({ deprecation: odd }).lines[0] ?? '', /ProjectUpdate\. It still works/));
  test('of before 1970 has its day all the same', () =>
    assert.match(told({ deprecation: '@-86400' }).lines[0] ?? '', /\(1969-12-31\)/));
  for (const [link, url] of [
    ['<https://docs/x>; rel="deprecation"', 'https://docs/x'],
    ['<https://docs/x>;rel=sunset', 'https://docs/x'],
    ['<https://docs/x> ; type="a"; REL="Sunset"', 'https://docs/x'],
    ['<https://docs/a>; rel="next", <https://docs/x>; rel="sunset"', 'https://docs/x'],
    ['<http://docs/x>; rel="sunset"', null],
    ['<https://docs/x>; rel="next"', null],
    ['<https://docs/x y>; rel="sunset"', null],
  ] as const)
    test(`with the link ${link}`, () => {
      const line = told({ deprecation: '@1', link }).lines[0] ?? '';
      assert.equal(/More at (\S+)\.$/.exec(line)?.[1] ?? null, url, line);
    });
});
