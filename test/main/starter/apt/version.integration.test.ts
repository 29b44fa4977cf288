import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../../src/main/starter/apt/version.ts';
import { debianVersion } from './arbitrary-version.ts';

const hasDpkg = !(await execa('dpkg', ['--version'], { reject: false })).failed;
if (!hasDpkg) console.warn('Skipped: this machine has no dpkg to compare with.');

/** Prints -1, 0 or 1 for each pair of its arguments. */
const COMPARE = `while [ $# -gt 0 ]; do
  if dpkg --compare-versions "$1" lt "$2"; then echo -1
  elif dpkg --compare-versions "$1" gt "$2"; then echo 1
  else echo 0
  fi
  shift 2
done`;

describe.skipIf(!hasDpkg)('compareVersions', () => {
  it('orders versions as dpkg does', async () => {
    const sample = fc.sample(fc.tuple(debianVersion, debianVersion), 300);
    const { stdout } = await execa('sh', ['-c', COMPARE, 'compare', ...sample.flat()]);
    const asDpkg = stdout.split('\n').map((sign, index) => [...(sample[index] ?? []), Number(sign)]);
    expect(sample.map(([a, b]) => [a, b, Math.sign(compareVersions(a, b))])).toEqual(asDpkg);
  });
});
