import { describe, expect, it } from 'vitest';
import { parseDatabase } from '../../../src/main/popularity/from-store.ts';
import { parseNarInfo } from '../../../src/main/popularity/narinfo.ts';

const hello = '0123456789abcdfghijklmnpqrsvwxyz-hello-2.12';
const glibc = 'zyxwvsrqpnmlkjihgfdcba9876543210-glibc-2.36';

describe('a narinfo file', () => {
  it('tells a store path and its references', () => {
    const text = `StorePath: /nix/store/${hello}\nURL: nar/x.nar.xz\nNarSize: 12\nReferences: ${glibc} ${hello}\nSig: k:x==\n`;

    expect(parseNarInfo(text, 'x.narinfo')).toEqual({ name: hello, references: [glibc, hello] });
  });

  it('may have no references', () => {
    expect(parseNarInfo(`StorePath: /nix/store/${glibc}\nReferences: \n`, 'x')).toEqual({
      name: glibc,
      references: [],
    });
    expect(parseNarInfo(`StorePath: /nix/store/${glibc}\r\nReferences:\r\n`, 'x')).toEqual({
      name: glibc,
      references: [],
    });
  });

  it.each([
    ['nothing', ''],
    ['a web page', '<html>404</html>'],
    ['a path out of the store', `StorePath: /nix/store/../../etc/passwd\nReferences: `],
    ['a reference that is none', `StorePath: /nix/store/${hello}\nReferences: ../../x`],
  ])('is not %s', (_, text) => {
    expect(parseNarInfo(text, 'https://cache/x.narinfo')).toMatch(
      /^https:\/\/cache\/x\.narinfo is not a narinfo file: /,
    );
  });
});

describe('the dump of a store’s database', () => {
  it('tells paths and references', () => {
    const dump = [
      '/s/a',
      'hash',
      '12',
      '',
      '2',
      '/s/b',
      '/s/a',
      '/s/b',
      'hash',
      '3',
      '/s/b.drv',
      '0',
      '',
    ].join('\n');

    expect([...parseDatabase(dump)]).toEqual([
      { path: '/s/a', references: ['/s/b', '/s/a'] },
      { path: '/s/b', references: [] },
    ]);
    expect([...parseDatabase('')]).toEqual([]);
  });

  it('is refused with the line where it makes no sense', () => {
    expect(() => [...parseDatabase('/s/a\nhash\n12\n\nmany\n')]).toThrow(/line 1/);
  });
});
