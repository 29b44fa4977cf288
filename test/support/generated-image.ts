import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { MEDIA_TYPES } from '../../src/engine/oci/types.ts';
import { rawPath } from '../../src/main/archive/raw-path.ts';
import { TAR_END, tarHeader } from '../../src/main/archive/tar-header.ts';
import type { ImageSource } from '../../src/main/oci/image-source.ts';
import { sha256 } from './registry-image.ts';

/** An image of one layer with empty files of these names, however many: they are made as they are read. */
export function imageOfFiles(names: () => Iterable<string>): ImageSource {
  function* archive(): Generator<Buffer> {
    let pieces: Buffer[] = [];
    for (const name of names()) {
      pieces.push(Buffer.from(tarHeader({ type: 'file', path: rawPath(name), mode: 0o644, sizeBytes: 0 })));
      if (pieces.length < 2000) continue;
      yield Buffer.concat(pieces);
      pieces = [];
    }
    yield Buffer.concat([...pieces, TAR_END]);
  }
  const hash = createHash('sha256');
  let size = 0;
  for (const piece of archive()) {
    hash.update(piece);
    size += piece.length;
  }
  const layer = { mediaType: MEDIA_TYPES.layer, digest: `sha256:${hash.digest('hex')}` as const, size };
  const blobOf = (value: unknown, mediaType: string) => {
    const bytes = Buffer.from(JSON.stringify(value));
    return { bytes, descriptor: { mediaType, digest: sha256(bytes), size: bytes.length } };
  };
  const config = blobOf(
    { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [layer.digest] } },
    MEDIA_TYPES.config,
  );
  const manifest = blobOf(
    { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config: config.descriptor, layers: [layer] },
    MEDIA_TYPES.manifest,
  );
  return {
    name: 'generated',
    root: manifest.descriptor,
    readManifest: async () => manifest.bytes,
    openBlob: async ({ digest }) =>
      digest === layer.digest ? Readable.from(archive()) : Readable.from([config.bytes]),
    async close() {},
  };
}
