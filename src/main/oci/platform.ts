import { arch } from 'node:process';
import { formatPlatform } from '../../engine/oci/platform.ts';
import type { Descriptor, Platform } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';

const ARCHITECTURES = new Map<string, string>(Object.entries({ x64: 'amd64', ia32: '386' }));

/** The platform of containers on this machine. */
export function hostPlatform(): Platform {
  return { os: 'linux', architecture: ARCHITECTURES.get(arch) ?? arch };
}

/** @param text `os/architecture`, with `/variant` if need be. @throws StrataError `usage`. */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split('/');
  if (!os || !architecture || rest.length > 0) {
    throw new StrataError('usage', `"${text}" is not a platform.`, { hint: 'Write it as linux/amd64.' });
  }
  return { os, architecture, ...(variant ? { variant } : {}) };
}

/** 64-bit ARM has one variant in use, which many builders leave out. */
function variantOf({ architecture, variant }: Platform): string | undefined {
  return architecture === 'arm64' ? (variant ?? 'v8') : variant;
}

/** Whether an image is for a platform; one that names no variant is for any. */
export function runsOn(platform: Platform, wanted: Platform): boolean {
  const [variant, wantedVariant] = [variantOf(platform), variantOf(wanted)];
  return (
    platform.os === wanted.os &&
    platform.architecture === wanted.architecture &&
    (variant === undefined || wantedVariant === undefined || variant === wantedVariant)
  );
}

/**
 * The image of an index for a platform. A descriptor without one serves every platform, but only where no other fits.
 *
 * @throws StrataError `invalid-image` that lists the platforms which there are.
 */
export function choosePlatform(
  manifests: readonly Descriptor[],
  wanted: Platform,
  place: string,
): Descriptor {
  const fitting = manifests.filter(
    ({ platform }) =>
      platform?.os === wanted.os &&
      platform.architecture === wanted.architecture &&
      (wanted.variant === undefined || variantOf(platform) === variantOf(wanted)),
  );
  const chosen = fitting[0] ?? manifests.find(({ platform }) => platform === undefined);
  if (chosen !== undefined) return chosen;
  const offered = manifests
    .flatMap(({ platform }) => (platform === undefined ? [] : [formatPlatform(platform)]))
    .filter((platform) => platform !== 'unknown/unknown');
  throw new StrataError('invalid-image', `${place} has no image for ${formatPlatform(wanted)}.`, {
    hint: offered.length === 0 ? 'It has none at all.' : `It has images for ${offered.join(', ')}.`,
    details: { platforms: offered },
  });
}
