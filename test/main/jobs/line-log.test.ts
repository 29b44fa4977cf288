import { describe, expect, it } from 'vitest';
import { createLineLog } from '../../../src/main/jobs/line-log.ts';

describe('a line log', () => {
  it('gives lines by number, also in pieces', () => {
    const log = createLineLog();
    log.append('one\ntwo\r\nthree');
    expect(log.length).toBe(3);
    expect(log.read(1, 1)).toEqual({ firstLine: 1, lines: ['two'], droppedLines: 0 });
    expect(log.read(3, 10)).toEqual({ firstLine: 3, lines: [], droppedLines: 0 });
  });

  it('keeps the last lines and says how many of those asked for are gone', () => {
    const log = createLineLog(10);
    for (let i = 0; i < 95; i += 1) log.append(`line ${i}`);
    const chunk = log.read(0, 100);
    expect(chunk.lines).toEqual(Array.from({ length: 10 }, (_, i) => `line ${85 + i}`));
    expect(chunk).toMatchObject({ firstLine: 85, droppedLines: 85 });
    expect(log.length).toBe(95);
  });

  it('cuts a line that no screen could show', () => {
    const log = createLineLog();
    log.append('x'.repeat(1_000_000));
    expect(log.read(0, 1).lines[0]?.length).toBeLessThan(5_000);
  });
});
