import type { PackageSource } from '../../shared/document.ts';
import { pathHolders } from '../../shared/layer-sharing.ts';
import { withoutCredentials } from '../../shared/without-credentials.ts';
import { imageNotices } from '../assemble/image-notices.ts';
import type { ResolvedSource } from '../nix/source/resolved-source.ts';
import type { BuiltImage } from '../verbs/build.ts';

/** What `strata build --json` prints; docs/command-line.md describes it. */
export function imageReport(
  { image, composition, planned: { known } }: BuiltImage,
  { output, format }: { readonly output: string; readonly format: string },
  writtenBytes: number,
): unknown {
  const holdersOf = pathHolders(known);
  const { sources, system, platform, packages, graph, notices } = composition;
  const named = sources.filter(({ name }) => name !== null);
  const unnamed = sources.find(({ name }) => name === null);
  return {
    output,
    format,
    writtenBytes,
    manifest: image.manifest.descriptor,
    config: image.config.descriptor,
    source: unnamed === undefined ? null : sourceReport(unnamed.source),
    ...(named.length === 0
      ? {}
      : { sources: Object.fromEntries(named.map(({ name, source }) => [name, sourceReport(source)])) }),
    base: image.base && {
      name: image.base.name,
      digest: image.base.digest,
      layers: image.base.layers.length,
    },
    system,
    platform,
    packages: packages.map(({ requested, source, attribute, output: name, storePath, version }) => ({
      requested,
      ...(source === null ? {} : { source }),
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

function sourceReport({ type, pinned, mayChange, description, revision, reason }: ResolvedSource): unknown {
  return { type, pinned: mayChange ? null : shownSource(pinned), description, revision, reason };
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
