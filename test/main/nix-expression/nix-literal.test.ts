// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are Nix's.
import { describe, expect, it } from 'vitest';
import {
  nixAttribute,
  nixCode,
  nixLiteral,
  nixString,
} from '../../../src/main/nix-expression/nix-literal.ts';

describe('nixLiteral', () => {
  it('writes sets, lists and plain values', () => {
    expect(
      nixLiteral({ a: 1, 'b c': [true, null, 'x'], or: {}, gone: undefined, code: nixCode('pkgs.a') }),
    ).toBe('{\n  a = 1;\n  "b c" = [ true null "x" ];\n  "or" = { };\n  code = pkgs.a;\n}');
  });

  it('puts the items of a long list on lines of their own', () => {
    const long = 'x'.repeat(60);
    expect(nixLiteral([long, long])).toBe(`[\n  "${long}"\n  "${long}"\n]`);
  });

  it('writes no code but what the program itself made', () => {
    expect(nixLiteral({ code: 'abort "x"' })).toBe('{\n  code = "abort \\"x\\"";\n}');
  });

  it('parenthesises what would be two items of a list', () => {
    expect(nixLiteral([-1, nixCode('f x')])).toBe('[ (-1) (f x) ]');
  });
});

describe('nixString', () => {
  it('lets nothing be interpolated and nothing end it', () => {
    expect(nixString('a"b\\c${d}\n\t$e')).toBe('"a\\"b\\\\c\\${d}\\n\\t$e"');
  });
});

describe('nixAttribute', () => {
  it.each([
    ['curl', 'curl'],
    ['iana-etc', 'iana-etc'],
    ['1password', '"1password"'],
    ['@scope/a.b', '"@scope/a.b"'],
    ['with', '"with"'],
  ])('writes %s', (name, expected) => {
    expect(nixAttribute(name)).toBe(expected);
  });
});
