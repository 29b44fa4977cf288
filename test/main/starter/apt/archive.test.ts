import { describe, expect, it } from 'vitest';
import { readArchive, resolveClause } from '../../../../src/main/starter/apt/archive.ts';
import { parseRelation } from '../../../../src/main/starter/apt/relation.ts';
import { listOf, type PackageFields } from '../fixture.ts';

const read = (...packages: PackageFields[]) => readArchive([listOf(packages)], 'amd64');

describe('parseRelation', () => {
  it('gives the alternatives of each clause without versions, architectures and restrictions', () => {
    const field = 'libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0, python3:any, gcc [amd64], x <!nocheck>, ';

    expect(parseRelation(field)).toEqual([
      ['libc6'],
      ['debconf', 'debconf-2.0'],
      ['python3'],
      ['gcc'],
      ['x'],
    ]);
    expect(parseRelation('')).toEqual([]);
  });
});

describe('readArchive', () => {
  it('keeps the newest version of a package, whichever list has it', () => {
    const old = listOf([{ Package: 'bash', Version: '5.2-9' }]);
    const updated = listOf([{ Package: 'bash', Version: '5.2-10' }]);

    for (const lists of [
      [old, updated],
      [updated, old],
    ]) {
      expect(readArchive(lists, 'amd64').packages.get('bash')?.version).toBe('5.2-10');
    }
  });

  it('prefers what apt prefers, even to what is newer', () => {
    const own = listOf([{ Package: 'bash', Version: '5.2-9' }], 990);
    const newer = listOf([{ Package: 'bash', Version: '5.3-1' }, { Package: 'dash' }], 500);

    for (const lists of [
      [own, newer],
      [newer, own],
    ]) {
      const { packages } = readArchive(lists, 'amd64');
      expect([...packages.keys()].sort()).toEqual(['bash', 'dash']);
      expect(packages.get('bash')?.version).toBe('5.2-9');
    }
  });

  it('takes packages of its architecture and of all, and leaves those that cannot be downloaded', () => {
    const { packages } = read(
      { Package: 'native', Architecture: 'amd64' },
      { Package: 'data', Architecture: 'all' },
      { Package: 'foreign', Architecture: 'i386' },
      { Package: 'gone', Filename: '' },
    );

    expect([...packages.keys()]).toEqual(['native', 'data']);
  });

  it('reads what is needed of a package', () => {
    const bash = read({
      Package: 'bash',
      Version: '5.2-1',
      Description: 'the shell',
      Homepage: 'https://example.org',
      Section: 'shells',
      'Pre-Depends': 'libc6',
      Depends: 'base-files | other',
      Size: '12',
    }).packages.get('bash');

    expect(bash).toMatchObject({
      description: 'the shell',
      homepage: 'https://example.org',
      section: 'shells',
      dependencies: [['libc6'], ['base-files', 'other']],
      sizeBytes: 12,
    });
  });
});

describe('resolveClause', () => {
  const archive = read(
    { Package: 'mawk', Provides: 'awk' },
    { Package: 'gawk', Provides: 'awk (= 1), other' },
    { Package: 'real' },
  );

  it.each([
    [['real', 'gawk'], 'real'],
    [['missing', 'gawk'], 'gawk'],
    [['awk'], 'gawk'],
    [['missing', 'awk'], 'gawk'],
    [['awk', 'mawk'], 'mawk'],
    [['missing'], undefined],
  ])('resolves %j to %s', (clause, expected) => {
    expect(resolveClause(archive, clause)).toBe(expected);
  });
});
