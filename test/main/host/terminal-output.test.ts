import { expect, it } from 'vitest';
import { createTerminalLog } from '../../../src/main/host/terminal-output.ts';

async function all(output: AsyncIterable<{ from: number; text: string }>) {
  const chunks: (readonly [number, string])[] = [];
  for await (const { from, text } of output) chunks.push([from, text]);
  return chunks;
}

it('sends what is there, then what comes, from where it is asked for', async () => {
  const log = createTerminalLog(100);
  log.append('first ');
  const whole = log.follow(0, undefined);
  expect(await whole.next()).toEqual({ done: false, value: { from: 0, text: 'first ' } });
  const later = log.follow(3, undefined);
  log.append('second');
  log.end();
  expect(await all(whole)).toEqual([[6, 'second']]);
  expect(await all(later)).toEqual([[3, 'st second']]);
  expect(await all(log.follow(50, undefined))).toEqual([]);
});

it('keeps the end, and counts on', async () => {
  const log = createTerminalLog(4);
  log.append('abcdef');
  log.end();
  expect(log.text()).toBe('cdef');
  expect(await all(log.follow(0, undefined))).toEqual([[2, 'cdef']]);
});
