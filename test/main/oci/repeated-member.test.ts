import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedMember } from '../../../src/main/oci/repeated-member.ts';

describe('a member that is there twice', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":{"b":1, "c":[{"d":1,\n"d" : 2}]}}', 'd'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"\\"":1,"\\"":2}', '"'],
    ['[{"a":1},{"b":"}","b":"{"}]', 'b'],
  ])('is found in %s', (text, name) => {
    JSON.parse(text);
    expect(repeatedMember(text)).toBe(name);
  });

  it.each([
    '{"a":{"a":{"a":1}},"b":["a","a"],"c":"a"}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\",\\"a\\":","b":1}',
    '"a"',
    '',
  ])('is not seen in %s', (text) => {
    expect(repeatedMember(text)).toBeUndefined();
  });

  it('is in no text that a value was written as, and in each that a member was added to', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(value, fc.nat(), (object, which) => {
        const text = JSON.stringify(object);
        expect(repeatedMember(text)).toBeUndefined();
        const names = Object.keys(object);
        const name = names[which % names.length] ?? '';
        expect(repeatedMember(`{${JSON.stringify(name)}:0,${text.slice(1)}`)).toBe(name);
      }),
    );
  });
});
