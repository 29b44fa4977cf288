import type { Composition } from '../build.ts';
import type { Image } from '../image/image.ts';

/** What `strata build --json` prints; docs/command-line.md describes it. */
export function imageReport(
  image: Image,
  composition: Composition,
  { output, format }: { readonly output: string; readonly format: string },
  writtenBytes: number,
): unknown {
  const { source, system, platform, packages, graph, notices } = composition;
  return {
    output,
    format,
    writtenBytes,
    manifest: image.manifest.descriptor,
    config: image.config.descriptor,
    source: {
      type: source.type,
      pinned: source.pinned,
      description: source.description,
      revision: source.revision,
      reason: source.reason,
    },
    system,
    platform,
    packages: packages.map(({ requested, attribute, output: name, storePath, version }) => ({
      requested,
      attribute,
      output: name,
      storePath,
      version,
    })),
    closure: { paths: graph.size, narBytes: graph.narSizes.reduce((sum, size) => sum + size, 0) },
    layers: image.layers.map((layer) => ({
      ...layer.descriptor,
      diffId: layer.diffId,
      uncompressedBytes: layer.sizeBytes,
      origin: layer.origin,
      isRoot: layer.isRoot,
      paths: layer.paths,
    })),
    conflicts: image.conflicts,
    notices,
  };
}
