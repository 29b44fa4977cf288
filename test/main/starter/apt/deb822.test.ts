import { describe, expect, it } from 'vitest';
import { readStanzas } from '../../../../src/main/starter/apt/deb822.ts';

const read = (text: string, ...wanted: string[]) => [...readStanzas(text, new Set(wanted))];

describe('readStanzas', () => {
  it('gives the wanted fields of each stanza', () => {
    const text = 'Package: bash\nVersion: 5.2-1\nSize: 12\n\nPackage: curl\nVersion: 7.88\n';

    expect(read(text, 'Package', 'Version')).toEqual([
      { Package: 'bash', Version: '5.2-1' },
      { Package: 'curl', Version: '7.88' },
    ]);
  });

  it('keeps the first line of a field that goes on', () => {
    const text = 'Description: the shell\n .\n Version: not a field\n\tPackage: nor this\nPackage: bash\n';

    expect(read(text, 'Description', 'Package', 'Version')).toEqual([
      { Description: 'the shell', Package: 'bash' },
    ]);
  });

  it('takes colons in values, comments, spare empty lines and a missing last newline', () => {
    const text = '\n\n# comment: here\nHomepage: https://example.org\nEmpty:\n\n \n\nPackage: last';

    expect(read(text, 'Homepage', 'Empty', 'Package', '# comment')).toEqual([
      { Homepage: 'https://example.org', Empty: '' },
      { Package: 'last' },
    ]);
  });

  it('gives nothing for nothing', () => {
    expect(read('', 'Package')).toEqual([]);
    expect(read('Other: field\n', 'Package')).toEqual([]);
  });
});
