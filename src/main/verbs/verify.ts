import { openImage } from '../images/open-image.ts';
import { transportOptions } from '../registry/access.ts';
import type { VerificationReport } from '../verify/report.ts';
import { verifyImage, verifySource } from '../verify/verify.ts';
import { waitingTo } from './events.ts';
import type { ReadableLocation, ReadContext } from './summarize.ts';

/**
 * Computes every digest of an image again. Where a file or an index has several images, all of them are checked.
 *
 * @throws StrataError as {@link verifyImage}, {@link openImage} and {@link verifySource} do; Cancelled.
 */
export async function verifyAt(
  location: ReadableLocation,
  { access, signal, onEvent }: Pick<ReadContext, 'access' | 'signal' | 'onEvent'>,
): Promise<VerificationReport> {
  const onProgress = (progress: { doneBytes: number; totalBytes: number }) =>
    onEvent?.({ type: 'bytes', doing: 'checking', ...progress });
  if (location.type === 'file') return verifyImage(location.path, { signal, onProgress });
  const source = await openImage(location, transportOptions(access, waitingTo(onEvent)), signal);
  try {
    return await verifySource(source, { signal, onProgress });
  } finally {
    await source.close();
  }
}
