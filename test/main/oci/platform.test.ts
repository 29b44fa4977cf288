import { describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import type { Descriptor, Platform } from '../../../src/engine/oci/types.ts';
import { choosePlatform, parsePlatform } from '../../../src/main/oci/platform.ts';

function descriptor(name: string, platform?: Platform): Descriptor {
  const digest = digestOfHex(name);
  return { mediaType: 'manifest', digest, size: 1, ...(platform === undefined ? {} : { platform }) };
}

const INDEX = ['linux/amd64', 'linux/arm/v5', 'linux/arm/v7', 'linux/arm64'].map((name) =>
  descriptor(name, parsePlatform(name)),
);

function choose(wanted: string, index = INDEX): string {
  return choosePlatform(index, parsePlatform(wanted), 'It').digest.slice('sha256:'.length);
}

describe('the image for a platform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/arm/v7', 'linux/arm/v7'],
    ['linux/arm', 'linux/arm/v5'],
    ['linux/arm64', 'linux/arm64'],
    // What many leave out and some write.
    ['linux/arm64/v8', 'linux/arm64'],
  ])('%s is %s', (wanted, chosen) => {
    expect(choose(wanted)).toBe(chosen);
  });

  it('is one that says nothing of its platform where no other fits', () => {
    expect(choose('linux/s390x', [...INDEX, descriptor('any')])).toBe('any');
    expect(choose('linux/amd64', [descriptor('any'), ...INDEX])).toBe('linux/amd64');
  });

  it('is missing in so many words', () => {
    const attestation = descriptor('x', { os: 'unknown', architecture: 'unknown' });
    expect(() => choose('linux/s390x', [...INDEX, attestation])).toThrow(
      expect.objectContaining({
        message: 'It has no image for linux/s390x.',
        hint: 'It has images for linux/amd64, linux/arm/v5, linux/arm/v7, linux/arm64.',
      }),
    );
  });
});
