import { describe, expect, it } from 'vitest';
import { CASES, caseName } from './cases.ts';
import { readOutcome, renderTables } from './table.ts';

const wanted = (name: string) => CASES.filter((each) => caseName(each) === name);
const [load] = wanted('stable/docker 26, overlay2/docker load/oci');
const [unpack] = wanted('stable/umoci 0.4/umoci unpack/layout-zstd');

describe('the table of engines', () => {
  it('names each case once', () => {
    const names = CASES.map(caseName);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a row for each command that was tried, and the reasons below', () => {
    if (load === undefined || unpack === undefined) throw new Error('These cases are gone.');
    const known = readOutcome(unpack, 'x: blob is not correct mediatype: y', 1);
    const outcomes = { [caseName(load)]: readOutcome(load, '42', 0), [caseName(unpack)]: known };
    const text = renderTables(CASES, { versions: { stable: 'podman 5.4.2' }, outcomes });
    expect(text).toContain('| docker 26, overlay2 | `docker load` | yes |');
    expect(text).toMatch(/\| umoci 0\.4 \| `umoci unpack` \|.* no \(1\) \|/);
    expect(text).toMatch(/^1\. umoci 0\.4 knows no zstd/m);
    expect(text).not.toContain('podman load');
  });

  it('takes what fails otherwise than upstream does for a fault', () => {
    if (unpack === undefined) throw new Error('This case is gone.');
    const output = 'unpacking …\nerror: no space left on device\n';
    expect(readOutcome(unpack, output, 1)).toEqual({
      state: 'failed',
      text: 'error: no space left on device',
    });
  });
});
