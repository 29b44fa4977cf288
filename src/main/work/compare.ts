import { diffImages, type ImageDiff } from '../../engine/compare/diff-images.ts';
import type { ImageSummary } from '../../engine/compare/image-summary.ts';
import type { Platform } from '../../engine/oci/types.ts';
import { summarizeImage } from '../compare/summarize-image.ts';
import { parseLocation } from '../images/location.ts';
import { openImage } from '../images/open-image.ts';
import { hostPlatform } from '../oci/platform.ts';
import type { RegistryMemory } from '../registry/memory.ts';
import type { TransportOptions } from '../registry/transport/transport.ts';

export interface CompareContext {
  /** Assembles the image of a `*.strata.json` document. */
  readonly assemble: (path: string, signal: AbortSignal | undefined) => Promise<ImageSummary>;
  readonly memory: RegistryMemory;
  readonly transport?: TransportOptions | undefined;
  /** Of an index; that of this machine where it is left out. */
  readonly platform?: Platform | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ImageComparison {
  readonly before: ImageSummary;
  readonly after: ImageSummary;
  readonly diff: ImageDiff;
}

/**
 * Compares two images: documents, files, directories or references.
 *
 * @throws StrataError `usage` for what is none of these, and as opening and assembling do; Cancelled.
 */
export async function compareImages(
  before: string,
  after: string,
  context: CompareContext,
): Promise<ImageComparison> {
  const old = await summarizeLocation(before, context);
  const now = await summarizeLocation(after, context);
  return { before: old, after: now, diff: diffImages(old, now) };
}

/** What the image at a location is compared by. @throws as {@link compareImages} does. */
async function summarizeLocation(text: string, context: CompareContext): Promise<ImageSummary> {
  const { assemble, memory, signal, platform = hostPlatform() } = context;
  const location = parseLocation(text);
  if (location.type === 'document') return assemble(location.path, signal);
  const source = await openImage(location, context.transport, signal);
  try {
    return { ...(await summarizeImage(source, { platform, memory, signal })), name: text };
  } finally {
    await source.close();
  }
}
