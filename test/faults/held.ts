import type { TestEvent } from 'node:test/reporters';

/** How many cases have to hold, at least. */
const ENOUGH = 300;

/** Tells how many cases each group held, every one that did not hold, and the number of all. */
export default async function* held(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const count = { held: 0, broken: 0 };
  let inGroup = 0;
  for await (const { type, data } of events) {
    if (type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isGroup = data.details.type === 'suite';
    if (type === 'test:fail') {
      if (isGroup) continue;
      count.broken++;
      yield `✖ ${data.name} (${data.file}:${data.line})\n${data.details.error.cause ?? data.details.error}\n`;
    } else if (isGroup) {
      yield `${String(inGroup).padStart(5)} held: ${data.name}\n`;
      inGroup = 0;
    } else {
      count.held++;
      inGroup++;
    }
  }
  const { held, broken } = count;
  yield broken === 0 ? `${held} cases held\n` : `${held} of ${held + broken} cases held\n`;
  if (held >= ENOUGH) return;
  process.exitCode = 1;
  yield `At least ${ENOUGH} have to.\n`;
}
