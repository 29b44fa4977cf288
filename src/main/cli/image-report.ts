import type { PackageSource } from '../../shared/document.ts';
import { pathHolders } from '../../shared/layer-sharing.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { imageNotices } from '../assemble/image-notices.ts';
import type { BuiltImage } from '../verbs/build.ts';

/** What `strata build --json` prints; docs/command-line.md describes it. */
export function imageReport(
  { image, composition, planned: { known } }: BuiltImage,
  { output, format }: { readonly output: string; readonly format: string },
  writtenBytes: number,
): unknown {
  const holdersOf = pathHolders(known);
  const { source, system, platform, packages, graph, notices } = composition;
  return {
    output,
    format,
    writtenBytes,
    manifest: image.manifest.descriptor,
    config: image.config.descriptor,
    source: {
      type: source.type,
      pinned: source.mayChange ? null : shownSource(source.pinned),
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
      kind: layer.kind,
      paths: layer.paths,
      files: layer.files,
      ...(known.length === 0 ? {} : { known: holdersOf(layer.paths) }),
    })),
    conflicts: image.conflicts,
    notices: [...notices, ...imageNotices(image)],
  };
}

/** What is printed ends up in the logs of CI. */
function shownSource(source: PackageSource): PackageSource {
  switch (source.type) {
    case 'git':
      return { ...source, url: withoutCredentials(source.url) };
    case 'flake':
      return { ...source, ref: withoutCredentials(source.ref) };
    default:
      return source;
  }
}
