import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { ImageResult } from '../../shared/contract/images.ts';
import type { Image } from '../assemble/image.ts';
import { conflictText, imageNotices } from '../assemble/image-notices.ts';

export interface ImageResultFacts {
  readonly image: string;
  readonly build: string;
  readonly document: DocumentRef;
  readonly output: ImageResult['output'];
  readonly into?: ImageResult['into'];
  readonly finishedAt: Date;
  /** What known images save, in sentences. */
  readonly sharing: readonly string[];
}

/** An assembled image as a window sees it. */
export function imageResult(image: Image, facts: ImageResultFacts): ImageResult {
  return {
    image: facts.image,
    build: facts.build,
    document: facts.document,
    finishedAt: facts.finishedAt.toISOString(),
    manifestDigest: image.manifest.descriptor.digest,
    configDigest: image.config.descriptor.digest,
    layers: image.layers.map((layer, index) => ({
      index,
      kind: layer.kind,
      packages: [...layer.packages],
      files: [...layer.files],
      storePaths: [...layer.paths],
      digest: layer.descriptor.digest,
      diffId: layer.diffId,
      mediaType: layer.descriptor.mediaType,
      sizeBytes: layer.sizeBytes,
      compressedBytes: layer.compressedBytes,
      cached: layer.origin === 'cached',
    })),
    notices: [...imageNotices(image), ...image.conflicts.map((conflict) => `${conflictText(conflict)}.`)],
    sharing: [...facts.sharing],
    output: facts.output,
    into: facts.into ?? null,
  };
}
