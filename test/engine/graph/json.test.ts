import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorOffset, parseJson } from '../../../src/engine/graph/json.ts';

/** JSON in which no two characters make sense only together: without literals, escapes, signs and fractions. */
const plainString = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ':', '{', ']'), maxLength: 5 });
const { value: plainValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    plainString,
    fc.nat(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(plainString, tie('value'), { maxKeys: 3 }),
  ),
}));
const plainJson = plainValue.map((value) => JSON.stringify(value, undefined, 1));

describe('jsonErrorOffset', () => {
  it.each<[text: string, offset: number]>([
    ['', 0],
    ['  ', 2],
    ['{', 1],
    ['[1 2]', 3],
    ['[1,]', 3],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{1:2}', 1],
    ['[}', 1],
    ['{"a":}', 5],
    ['["a', 3],
    ['["a\nb"]', 3],
    ['["\\x"]', 2],
    ['["\\u00g0"]', 2],
    ['[01]', 2],
    ['[1.]', 2],
    ['[nul]', 1],
    ['[] []', 3],
    [']', 0],
    ['"a" ,', 4],
  ])('of %j is %i', (text, offset) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonErrorOffset(text)).toBe(offset);
  });

  it('is where a character was put that JSON allows nowhere', () => {
    fc.assert(
      fc.property(plainJson, fc.nat(), (text, seed) => {
        const at = seed % (text.length + 1);
        expect(jsonErrorOffset(`${text.slice(0, at)}\u0001${text.slice(at)}`)).toBe(at);
      }),
    );
  });

  it('never lies past what is wrong: the text before it can be completed', () => {
    const text = fc.json().chain((json) =>
      fc.record({
        json: fc.constant(json),
        at: fc.nat({ max: json.length }),
        with: fc.constantFrom('', ',', '"', ']', '}', ':', '0', 'n'),
      }),
    );
    fc.assert(
      fc.property(text, ({ json, at, with: inserted }) => {
        const broken = json.slice(0, at) + inserted + json.slice(at + 1);
        fc.pre(!isJson(broken));
        const offset = jsonErrorOffset(broken);
        expect(offset).toBeLessThanOrEqual(broken.length);
        // Cut off at the error, the only thing wrong is that the text ends.
        expect(jsonErrorOffset(`${broken.slice(0, offset)}\u0001`)).toBe(offset);
      }),
    );
  });

  it('is found in long strings and deep values', () => {
    expect(jsonErrorOffset(`["${'a'.repeat(1_000_000)}`)).toBe(1_000_002);
    expect(jsonErrorOffset('['.repeat(200_000))).toBe(200_000);
  });
});

describe('parseJson', () => {
  it('gives what is no text as it is', () => {
    const value = { a: 1 };
    expect(parseJson(value)).toBe(value);
  });

  it('counts lines and columns from 1', () => {
    expect(() => parseJson('{\n  "a": 1,\n  "b": ?\n}')).toThrow(
      'engine/graph: line 3, column 8: this is not JSON',
    );
    expect(() => parseJson('?')).toThrow('line 1, column 1');
    expect(() => parseJson('{\n')).toThrow('line 2, column 1');
  });

  it('finds the first byte that is not UTF-8', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom([0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80]),
        (text, wrong) => {
          const valid = new TextEncoder().encode(text);
          const bytes = Uint8Array.from([...valid, ...wrong, 0x20]);
          expect(() => parseJson(bytes)).toThrow(/^engine\/graph: byte \d+: this is not UTF-8$/);
          expect(() => parseJson(bytes)).toThrow(`byte ${valid.length + (wrong.length === 1 ? 0 : 1)}:`);
        },
      ),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
