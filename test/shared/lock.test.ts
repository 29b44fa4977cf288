import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLock, type Lock, parseLock } from '../../src/shared/lock.ts';

const HASH = `sha256-${'A'.repeat(43)}=`;
const entry = {
  original: { type: 'git', url: './set', ref: 'main' },
  locked: { type: 'git', url: './set', rev: '0'.repeat(40) },
  revision: '0'.repeat(40),
  narHash: HASH,
} as const;
const LOCK: Lock = {
  version: 1,
  source: { ...entry, overlays: [HASH] },
  sources: { tools: entry, app: entry },
  base: { original: 'registry.example/base:1', digest: `sha256:${'0'.repeat(64)}` },
  files: { 'src/b': HASH, 'src/a': HASH },
};

describe('a lock', () => {
  it('is the same text whatever the order of its names, and is read back', () => {
    const text = formatLock(LOCK);
    const { sources = {}, files = {} } = LOCK;
    const turned = {
      ...LOCK,
      sources: Object.fromEntries(Object.entries(sources).toReversed()),
      files: Object.fromEntries(Object.entries(files).toReversed()),
    };
    expect(formatLock(turned)).toBe(text);
    expect(parseLock(text, 'web.strata.lock')).toEqual(LOCK);
    expect(text.indexOf('"app"')).toBeLessThan(text.indexOf('"tools"'));
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('says no more than it has', () => {
    expect(formatLock({ version: 1 })).toBe('{\n  "version": 1\n}\n');
  });

  it.each([
    ['{', 'is not JSON'],
    ['<<<<<<< HEAD\n{}', 'the marks of a merge'],
    ['[]', 'the lock: '],
    ['null', 'the lock: '],
    ['{"version":2}', 'this Strata reads version 1'],
    ['{"version":0}', 'version: '],
    ['{"version":1,"sorces":{}}', 'unknown field "sorces" in the lock'],
    ['{"version":1,"sources":{"Tools":{}}}', 'sources.Tools: a name of small letters'],
    ['{"version":1,"source":{"original":{"type":"auto"}}}', 'source.locked'],
    [JSON.stringify({ version: 1, source: { ...entry, narHash: 'sha256:abc' } }), 'source.narHash'],
    [JSON.stringify({ version: 1, source: { ...entry, more: 1 } }), 'unknown field "more" in source'],
    [JSON.stringify({ version: 1, base: { original: 'x', digest: 'latest' } }), 'base.digest'],
    [JSON.stringify({ version: 1, files: { a: 'x' } }), 'files.a'],
  ])('that is damaged is told in one error: %s', (text, message) => {
    const place = 'web.strata.lock';
    expect(() => parseLock(text, place)).toThrow(
      expect.objectContaining({
        code: 'invalid-document',
        hint: expect.any(String),
        message: expect.stringMatching(/^web\.strata\.lock/),
      }),
    );
    expect(() => parseLock(text, place)).toThrow(message);
  });

  it('is never anything but a lock or one error, whatever stands where', () => {
    const places = ['source', 'sources', 'base', 'files', 'version', '__proto__', 'constructor'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.json(), (place, value) => {
        const text = `{"version": 1, ${JSON.stringify(place)}: ${value}}`;
        try {
          expect(parseLock(text, 'x')).toMatchObject({ version: 1 });
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-document' });
        }
      }),
      { numRuns: 300 },
    );
  });
});
