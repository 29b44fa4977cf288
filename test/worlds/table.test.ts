import { describe, expect, it } from 'vitest';
import { CASES } from './cases.ts';
import { readOutcome } from './outcome.ts';
import { differences, type Findings, renderTable } from './table.ts';
import { WORLDS } from './worlds.ts';

const built = (digest: string): Findings => ({
  commit: 'abc1234',
  versions: 'Nix 2.26.3',
  outcomes: { images: readOutcome(`world: digest web ${digest}`, 0, undefined) },
});
const images = CASES.filter(({ name }) => name === 'images');

describe('the table of worlds', () => {
  it('has a row for each world that was run, and the reasons below, each said once', () => {
    const refused: Findings = {
      commit: 'abc1234',
      versions: 'Nix 2.8.0',
      outcomes: { images: readOutcome('world: refused hint: sudo', 0, undefined) },
    };
    const text = renderTable(WORLDS, images, {
      'debian-13/root': built('sha256:0123456789abcdef'),
      'debian-12/none': refused,
      'debian-13/none': refused,
    });
    expect(text.split('\n').filter((line) => line.startsWith('| Debian 13, root |'))).toEqual([
      '| Debian 13, root | Nix 2.26.3 | abc1234 | yes |',
      '| Debian 13, root | `0123456789ab` |',
    ]);
    expect(text).toMatch(/\| Debian 12, user, no \/nix \| Nix 2\.8\.0 \| abc1234 \| refused \|/);
    expect(text).toMatch(/^- refused: hint: sudo \(debian-12\/none, images; debian-13\/none, images\)$/m);
    expect(text).not.toContain('Debian 12, root');
  });
});

describe('images of two worlds', () => {
  it('differ where the release is the same and the digest is not', () => {
    expect(
      differences(WORLDS, { 'debian-13/root': built('sha256:1'), 'newest-nix/own': built('sha256:2') }),
    ).toEqual(['web in newest-nix/own is not that of debian-13/root']);
  });

  it('are not compared between releases, which have other packages', () => {
    const findings = { 'debian-12/root': built('sha256:1'), 'debian-13/root': built('sha256:2') };
    expect(differences(WORLDS, findings)).toEqual([]);
  });
});
