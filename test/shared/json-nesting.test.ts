import { describe, expect, it } from 'vitest';
import { isNestedTooDeep, MOST_LEVELS } from '../../src/shared/json-nesting.ts';

const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);

describe('isNestedTooDeep', () => {
  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":[', ']}'],
  ])('counts %s, in texts of any depth', (_, open, close) => {
    const each = open.length === 1 ? 1 : 2;
    expect(isNestedTooDeep(nested(open, close, MOST_LEVELS / each))).toBe(false);
    expect(isNestedTooDeep(nested(open, close, MOST_LEVELS / each + 1))).toBe(true);
    expect(isNestedTooDeep(nested(open, close, 1_000_000))).toBe(true);
  });

  it('counts neither what is beside each other nor what is in a string', () => {
    expect(isNestedTooDeep(`[${'[],{},'.repeat(1_000)}1]`)).toBe(false);
    expect(isNestedTooDeep(JSON.stringify({ '[[{"': nested('[', '\\"', 1_000) }))).toBe(false);
  });
});
