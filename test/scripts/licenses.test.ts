import { describe, expect, it } from 'vitest';
import { doubtfulLicenses } from '../../scripts/check-licenses.ts';
import { noticesOf } from '../../scripts/third-party-notices.ts';

describe('licenses of dependencies', () => {
  it('are refused where they are unknown, missing, or those of fonts for something else', () => {
    const packages = {
      '': {},
      'node_modules/a': { license: 'MIT' },
      'node_modules/b': { license: 'GPL-3.0-only' },
      'node_modules/a/node_modules/@c/d': {},
      'node_modules/tool': { license: 'GPL-3.0-only', dev: true },
      'node_modules/@fontsource-variable/inter': { license: 'OFL-1.1' },
      'node_modules/e': { license: 'OFL-1.1' },
    };
    expect(doubtfulLicenses(packages)).toEqual(['b: GPL-3.0-only', '@c/d: no license named', 'e: OFL-1.1']);
  });

  it('are told once each in the order of names, with notices, and with the text that a package leaves out', () => {
    const apache = { name: 'b', version: '2.0.0', identifier: 'Apache-2.0', text: 'Apache', notice: 'By B.' };
    const text = noticesOf([apache, { name: 'a', version: '1.0.0', identifier: 'MIT' }, apache]);
    expect([...text.matchAll(/^\w \d.*$/gm)].map(([title]) => title)).toEqual([
      'a 1.0.0 (MIT)',
      'b 2.0.0 (Apache-2.0)',
    ]);
    expect(text).toContain('Copyright (c) the authors of a\n\nPermission is hereby granted');
    expect(text.endsWith('Apache\n\nBy B.\n')).toBe(true);
    expect(() => noticesOf([{ name: 'c', version: '1', identifier: 'ISC' }])).toThrow(/license of c/);
  });
});
