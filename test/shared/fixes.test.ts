import { describe, expect, it } from 'vitest';
import { applyFix, fixesFor } from '../../src/shared/contract/fixes.ts';
import { documentSchema } from '../../src/shared/document.ts';

const document = documentSchema.parse({
  version: 1,
  packages: ['bash', 'curll', 'steam'],
  importArguments: { config: { cudaSupport: true }, overlays: [] },
});

describe('what can be done about a failure', () => {
  it('with unknown names: take a near one, or remove the package', () => {
    const fixes = fixesFor('unknown-package', {
      problems: [
        { requested: 'curll', code: 'unknown-package', reasons: [], name: null, nearest: ['curl', 'curlie'] },
      ],
    });
    expect(fixes).toEqual([
      { type: 'replace-package', package: 'curll', replacement: 'curl' },
      { type: 'replace-package', package: 'curll', replacement: 'curlie' },
      { type: 'remove-package', package: 'curll' },
    ]);
    const [first] = fixes;
    expect(first && applyFix(document, first).packages).toEqual(['bash', 'curl', 'steam']);
  });

  it('with refused packages: allow them all at once, or remove one', () => {
    const fixes = fixesFor('unfree-package', {
      problems: [
        { requested: 'steam', code: 'unfree-package', reasons: ['unfree'], name: 'steam-1.0', nearest: [] },
        { requested: 'old', code: 'insecure-package', reasons: ['insecure'], name: 'old-1.0', nearest: [] },
      ],
    });
    expect(fixes).toEqual([
      { type: 'allow', what: 'unfree', packages: ['steam-1.0'] },
      { type: 'allow', what: 'insecure', packages: ['old-1.0'] },
      { type: 'remove-package', package: 'steam' },
      { type: 'remove-package', package: 'old' },
    ]);
  });

  it('with a source that is not trusted: trust it; with one that cannot be had: the starter set', () => {
    const source = { type: 'git', url: 'https://git.example/packages' } as const;
    expect(fixesFor('untrusted-source', { source })).toEqual([{ type: 'trust-source', source }]);
    expect(fixesFor('source-unavailable', null)).toContainEqual({
      type: 'use-source',
      source: { type: 'starter' },
    });
  });

  it('with a failed build: retry, or remove what needs it', () => {
    expect(fixesFor('build-failed', { requested: ['web'] })).toEqual([
      { type: 'retry' },
      { type: 'remove-package', package: 'web' },
    ]);
  });

  it('with details of another shape: nothing that would not work', () => {
    for (const details of [null, 'text', [], { problems: ['x', null, {}] }, { source: { type: 'moon' } }]) {
      expect(() => fixesFor('unknown-package', details)).not.toThrow();
      expect(fixesFor('untrusted-source', details)).toEqual([]);
    }
  });
});

describe('a fix that is applied', () => {
  it('keeps what else is said about the import', () => {
    const unfree = applyFix(document, { type: 'allow', what: 'unfree', packages: [] });
    expect(unfree.importArguments).toEqual({
      config: { cudaSupport: true, allowUnfree: true },
      overlays: [],
    });
    const insecure = applyFix(applyFix(unfree, { type: 'allow', what: 'insecure', packages: ['old-1.0'] }), {
      type: 'allow',
      what: 'insecure',
      packages: ['old-1.0', 'older-0.1'],
    });
    expect(insecure.importArguments.config).toEqual({
      cudaSupport: true,
      allowUnfree: true,
      permittedInsecurePackages: ['old-1.0', 'older-0.1'],
    });
  });

  it('never asks for a package twice', () => {
    const fixed = applyFix(document, { type: 'replace-package', package: 'curll', replacement: 'bash' });
    expect(fixed.packages).toEqual(['bash', 'steam']);
  });

  it('that changes no document gives the same one', () => {
    expect(applyFix(document, { type: 'retry' })).toBe(document);
  });

  it('with refused packages of several sources: allow them in each', () => {
    const problem = (requested: string, source: string | null) => ({
      requested,
      source,
      code: 'unfree-package',
      reasons: ['unfree'],
      name: `${requested}-1.0`,
      nearest: [],
    });
    const fixes = fixesFor('unfree-package', { problems: [problem('a', null), problem('tools:b', 'tools')] });
    expect(fixes.slice(0, 2)).toEqual([
      { type: 'allow', what: 'unfree', packages: ['a-1.0'] },
      { type: 'allow', what: 'unfree', source: 'tools', packages: ['tools:b-1.0'] },
    ]);
    const before = documentSchema.parse({ version: 1, sources: { tools: { type: 'nixpkgs' } } });
    const after = fixes.slice(0, 2).reduce(applyFix, before);
    expect(after.importArguments).toEqual({ config: { allowUnfree: true } });
    expect(after.sources?.tools?.importArguments).toEqual({ config: { allowUnfree: true } });
  });
});
