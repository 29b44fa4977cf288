import { diffImages, type ImageDiff } from '../../engine/compare/diff-images.ts';
import type { ImageSummary } from '../../engine/compare/image-summary.ts';
import type { WorkContext } from './events.ts';

/** One of two images that are compared, wherever it is. */
export interface Comparand {
  /** In the words of whoever asks. */
  readonly name: string;
  readonly summarize: () => Promise<ImageSummary>;
}

export interface ImageComparison {
  readonly before: ImageSummary;
  readonly after: ImageSummary;
  readonly diff: ImageDiff;
}

/** Compares two images, the second read after the first. @throws what summing them up throws; Cancelled. */
export async function compareImages(
  before: Comparand,
  after: Comparand,
  { onEvent }: Pick<WorkContext, 'onEvent'>,
): Promise<ImageComparison> {
  onEvent?.({ type: 'image', name: before.name, done: 0, total: 2 });
  const old = await before.summarize();
  onEvent?.({ type: 'image', name: after.name, done: 1, total: 2 });
  const now = await after.summarize();
  return { before: old, after: now, diff: diffImages(old, now) };
}
