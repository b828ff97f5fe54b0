import fc from 'fast-check';
import { nameOf, SETTINGS, type Setting, type UserConfig, type Wanted } from '../../src/kafka/settings.ts';

/** What people, providers and APIs put into texts to see what happens. */
export const HOSTILE = [
  '::set-output name=changed::true',
  '  ::error title=x::y',
  '::add-mask::a',
  '::stop-commands::x',
  '##[error]x',
  'a\n::warning::b',
  'a\r::warning::b',
  'a\u2028::warning::b',
  'a\u0085::warning::b',
  '\u202e::gnp.exe',
  '\ufeff::debug::x',
  '%0A::error::x',
  '\u001b[2J\u001b]8;;https://evil.example\u0007x',
  'changed=false\nEOF\nchanged<<EOF',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '![x](https://evil.example/p.png)',
  '[x](javascript:alert(1))',
  '<https://evil.example>',
  'https://evil.example/?a=b|c`d',
  'www.evil.example',
  'someone@evil.example',
  '@octocat #1 GH-1 octo/repo#2',
  '| a | b |\n|---|---|\n| c | d |',
  '```\n# heading\n```',
  '~~~',
  '</details><h1>x</h1>',
  '# heading',
  '- item',
  '> quote',
  '1. item',
  'a\n===',
  '---',
  '&lt;b&gt;&#60;i&#62;',
  '$\\sqrt{x}$',
  '\\',
  '`',
  '<!-- x',
  '[ref]: https://evil.example',
  ':smile:',
  '***',
] as const;

/** A text: anything at all, or something hostile, or both. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...HOSTILE),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 8 })), { maxLength: 4 })
    .map((parts) => parts.join('')),
);

/** A value that a setting can have, and some that it cannot. */
function someValueOf(setting: Setting): fc.Arbitrary<string | boolean | null> {
  return setting.limits
    ? fc.oneof(fc.constant(null), fc.constantFrom('a', 'b', 'a,b', 'b, a', 'a,a', 'sub'), anyText)
    : fc.constantFrom(null, true, false);
}

/** What is asked of some settings. */
export const anyWanted: fc.Arbitrary<Wanted> = fc.record(
  Object.fromEntries(
    (SETTINGS as readonly Setting[]).map((setting) => [nameOf(setting), someValueOf(setting)]),
  ),
  { requiredKeys: [] },
);

const managed = new Set<string>(SETTINGS.flatMap(({ path }) => [path[0], path.at(-1) ?? '']));

const strange = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter((name) => !managed.has(name) && !/password|secret|token|private_key|credentials/i.test(name));

const strangeConfig = fc.dictionary(strange, fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 4,
}) as fc.Arbitrary<UserConfig>;

/** A `user_config` with managed settings and with others beside them, at each level. */
export const anyConfig: fc.Arbitrary<UserConfig> = fc
  .tuple(strangeConfig, strangeConfig, strangeConfig, anyWanted)
  .map(([outer, kafka, methods, values]) => {
    const config: Record<string, unknown> = { ...outer, kafka, kafka_authentication_methods: methods };
    for (const { path } of SETTINGS) {
      const value = values[path.join('.') as keyof Wanted];
      if (value === undefined) continue;
      const [first, second] = path as readonly [string, string?];
      if (second === undefined) config[first] = value;
      else config[first] = { ...(config[first] as object | undefined), [second]: value };
    }
    return config as UserConfig;
  });
