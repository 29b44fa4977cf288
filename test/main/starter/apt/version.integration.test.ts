import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../../src/main/starter/apt/version.ts';
import { debianVersion } from './arbitrary-version.ts';

const hasDpkg = !(await execa('dpkg', ['--version'], { reject: false })).failed;
if (!hasDpkg) console.warn('Skipped: this machine has no dpkg to compare with.');

describe.skipIf(!hasDpkg)('compareVersions', () => {
  it('orders versions as dpkg does', async () => {
    await fc.assert(
      fc.asyncProperty(debianVersion, debianVersion, async (a, b) => {
        const isOlder = !(await execa('dpkg', ['--compare-versions', a, 'lt', b], { reject: false })).failed;
        const isNewer = !(await execa('dpkg', ['--compare-versions', a, 'gt', b], { reject: false })).failed;
        expect(Math.sign(compareVersions(a, b))).toBe(isOlder ? -1 : isNewer ? 1 : 0);
      }),
      { numRuns: 300 },
    );
  });
});
