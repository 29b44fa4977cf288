import { StrataError } from '../../shared/errors.ts';
import { describeImage, type ImageDescription } from '../images/describe-image.ts';
import type { ImageLocation } from '../images/location.ts';
import { openImage } from '../images/open-image.ts';
import { transportOptions } from '../registry/access.ts';
import { waitingTo } from './events.ts';
import type { ReadableLocation, ReadContext } from './summarize.ts';

/** @throws StrataError `usage` for a document, which is no image yet. */
export function readableLocation(location: ImageLocation, name: string): ReadableLocation {
  if (location.type !== 'document') return location;
  throw new StrataError('usage', `${name} is a document, not an image.`, {
    hint: 'Build it first, or compare it with an image.',
  });
}

/** Reads an image of any builder from end to end. @throws StrataError as opening and describing do; Cancelled. */
export async function openAt(
  location: ReadableLocation,
  { access, platform, signal, onEvent }: Omit<ReadContext, 'cacheDirectory'>,
): Promise<ImageDescription> {
  const source = await openImage(location, transportOptions(access, waitingTo(onEvent)), signal);
  try {
    return await describeImage(source, {
      platform,
      signal,
      onProgress: (doneBytes, totalBytes) =>
        onEvent?.({ type: 'bytes', doing: 'reading', doneBytes, totalBytes }),
    });
  } finally {
    await source.close();
  }
}
