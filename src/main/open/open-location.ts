import { StrataError } from '../../shared/errors.ts';
import { type RegistryAccess, transportOptions } from '../registry/access.ts';
import { parsePlatform } from '../registry/platform.ts';
import { describeImage, type ImageDescription } from './describe-image.ts';
import { parseLocation } from './location.ts';
import { openImage } from './open-image.ts';

export interface OpenRequest {
  /** A file, a directory or a reference: see {@link parseLocation}. */
  readonly location: string;
  /** Such as `linux/arm64`; that of this machine where it is left out. */
  readonly platform?: string | undefined;
  readonly access: RegistryAccess;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `strata open`. @throws StrataError as {@link openImage} and {@link describeImage} do; Cancelled. */
export async function openLocation(request: OpenRequest): Promise<ImageDescription> {
  const { access, onProgress, signal } = request;
  const platform = request.platform === undefined ? undefined : parsePlatform(request.platform);
  const location = parseLocation(request.location);
  if (location.type === 'document') {
    throw new StrataError('usage', `${location.path} is a document, not an image.`, {
      hint: 'Build it first with `strata build`, and open the file that this writes.',
    });
  }
  const source = await openImage(location, transportOptions(access), signal);
  try {
    const description = await describeImage(source, { platform, onProgress, signal });
    return { ...description, name: request.location };
  } finally {
    await source.close();
  }
}
