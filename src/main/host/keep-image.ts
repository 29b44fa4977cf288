import { randomUUID } from 'node:crypto';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { ImageResult } from '../../shared/contract/images.ts';
import type { PackedImage } from '../verbs/pack.ts';
import { imageResult } from './image-result.ts';
import type { ImageRecord } from './records/image-record.ts';
import type { RecordStore } from './records/record-store.ts';

export interface KeptImage {
  readonly ref: DocumentRef;
  readonly build: string;
  readonly output: ImageResult['output'];
  readonly into?: ImageResult['into'];
}

/** Keeps what is known of an image that was packed, as the last one of its document. */
export async function keepImage(
  { image, sharing }: Pick<PackedImage, 'image' | 'sharing'>,
  { ref, build, output, into = null }: KeptImage,
  records: RecordStore<ImageRecord>,
  now: () => Date,
): Promise<ImageResult> {
  const result = imageResult(image, {
    image: randomUUID(),
    build,
    document: ref,
    output,
    into,
    sharing,
    finishedAt: now(),
  });
  await records.put(result.image, ref, {
    result,
    manifest: JSON.parse(image.manifest.bytes.toString('utf8')),
    config: JSON.parse(image.config.bytes.toString('utf8')),
  });
  return result;
}
