import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { canonicalJson } from '../../src/engine/oci/canonical-json.ts';
import { blobPath } from '../../src/engine/oci/digest.ts';
import { type Descriptor, type Digest, MEDIA_TYPES } from '../../src/engine/oci/types.ts';
import { rawPath } from '../../src/main/archive/raw-path.ts';
import { type TreeEntry, writeTree } from '../../src/main/archive/tar-tree.ts';
import { describeBytes, digestOf } from '../../src/main/oci/bytes.ts';

/** What is at a path of a layer: the text of a file, where a link leads, or a directory. */
type BaseEntry = string | { readonly link: string } | { readonly mode: number; readonly uid?: number };

export interface BaseInput {
  readonly layers: readonly Readonly<Record<string, BaseEntry>>[];
  readonly config?: object;
  readonly history?: readonly object[];
  readonly architecture?: string;
  /** Of the layers. */
  readonly mediaType?: string;
}

export interface WrittenBase {
  readonly digest: Digest;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** Writes an image of another builder as an OCI layout, with the tag `base`. */
export function writeBase(layout: string, input: BaseInput): WrittenBase {
  const tars = input.layers.map(tarOf);
  const layers = tars.map((tar) => put(layout, gzipSync(tar), input.mediaType ?? MEDIA_TYPES.layerGzip));
  const config = {
    architecture: input.architecture ?? 'amd64',
    os: 'linux',
    config: input.config ?? {},
    rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    ...(input.history && { history: input.history }),
  };
  const configBlob = put(layout, Buffer.from(JSON.stringify(config)), MEDIA_TYPES.config);
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config: configBlob, layers };
  const root = put(layout, Buffer.from(JSON.stringify(manifest)), MEDIA_TYPES.manifest);
  const annotations = { 'org.opencontainers.image.ref.name': 'base' };
  write(layout, 'oci-layout', canonicalJson({ imageLayoutVersion: '1.0.0' }));
  write(layout, 'index.json', canonicalJson({ schemaVersion: 2, manifests: [{ ...root, annotations }] }));
  return { digest: root.digest, config: configBlob, layers };
}

function tarOf(layer: Readonly<Record<string, BaseEntry>>): Buffer {
  const pieces: Buffer[] = [];
  const entries = Object.entries(layer).map(([name, entry]): TreeEntry => {
    const path = rawPath(name);
    if (typeof entry === 'string') return { type: 'file', path, mode: 0o644, text: entry };
    if ('link' in entry) return { type: 'symlink', path, target: rawPath(entry.link) };
    return { type: 'directory', path, ...entry };
  });
  writeTree(entries, {
    write(bytes) {
      pieces.push(Buffer.from(bytes));
    },
    fill() {
      throw new Error('No file of a base is on disk.');
    },
  });
  return Buffer.concat(pieces);
}

function put(layout: string, bytes: Buffer, mediaType: string): Descriptor {
  const descriptor = describeBytes(bytes, mediaType);
  write(layout, blobPath(descriptor.digest), bytes);
  return descriptor;
}

function write(layout: string, path: string, contents: string | Buffer): void {
  mkdirSync(dirname(join(layout, path)), { recursive: true });
  writeFileSync(join(layout, path), contents);
}
