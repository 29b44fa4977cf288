import { describe, expect, it } from 'vitest';
import { createdByStrata, isMadeByStrata, madeBy } from '../../../src/engine/oci/history.ts';

describe('what made a layer', () => {
  it('is what Strata says is in it, in the field that tools show', () => {
    const entry = { created_by: createdByStrata('bash-5.2, zlib-1.3') };
    expect(entry.created_by).toBe('strata: bash-5.2, zlib-1.3');
    expect(madeBy(entry)).toBe('bash-5.2, zlib-1.3');
    expect(isMadeByStrata(entry)).toBe(true);
  });

  it('is read of images from before, which have it in the comment', () => {
    const entry = { created_by: 'strata', comment: 'bash-5.2' };
    expect(madeBy(entry)).toBe('bash-5.2');
    expect(isMadeByStrata(entry)).toBe(true);
  });

  it('is the command of other builders, or their comment', () => {
    expect(madeBy({ created_by: 'RUN true', comment: 'buildkit' })).toBe('RUN true');
    expect(madeBy({ comment: 'store paths: []' })).toBe('store paths: []');
    expect(madeBy({})).toBe('');
    expect(isMadeByStrata({ created_by: 'stratagem' })).toBe(false);
    expect(isMadeByStrata({})).toBe(false);
  });
});
