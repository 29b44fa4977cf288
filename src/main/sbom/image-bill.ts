import { parsePackageName } from '../../engine/compare/package-name.ts';
import { type ClosureGraph, pathsAt, storePathName } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { Bill, BillComponent } from '../../engine/sbom/bill.ts';
import { hexHash } from '../../shared/nix-hash.ts';
import type { Image } from '../assemble/image.ts';
import type { SelectedPackage } from '../nix/compose-selection.ts';

/** A package of the image, with what the package source says of it. */
interface DescribedPackage
  extends Pick<SelectedPackage, 'storePath' | 'pname' | 'version' | 'output' | 'meta'> {
  /** Its package source in words. */
  readonly origin?: string | undefined;
}

export interface BillSource {
  readonly name: string;
  readonly tag: string;
  /** `HOST/REPOSITORY`, where it was pushed. */
  readonly repository?: string | undefined;
  readonly image: Pick<Image, 'manifest' | 'config' | 'layers' | 'base'>;
  readonly graph: ClosureGraph;
  /** What was asked for, with what the package source says of it. */
  readonly packages: readonly DescribedPackage[];
  /** Of this program. */
  readonly version: string;
}

/** What an image that was assembled here is made of. */
export function imageBill(source: BillSource): Bill {
  const { name, tag, repository, image, graph, packages, version } = source;
  const layerOf = new Map(
    image.layers.flatMap(({ paths }, layer) => paths.map((path) => [path, layer] as const)),
  );
  const selected = new Map(packages.map((each) => [each.storePath, each]));
  const { created = '1970-01-01T00:00:01Z', architecture } = image.config.value;
  return {
    image: { name, tag, repository, manifestDigest: image.manifest.descriptor.digest, created, architecture },
    base: image.base && { name: image.base.reference ?? image.base.name, digest: image.base.digest },
    layers: image.layers.map(({ descriptor }) => ({ digest: descriptor.digest })),
    components: graph.paths.map((storePath, node) =>
      component(graph, node, layerOf.get(storePath) ?? 0, selected.get(storePath)),
    ),
    tool: { name: 'strata', version },
  };
}

const SHA256_HEX = /^[0-9a-f]{64}$/;

/** A package's own name and version where it was asked for by name, else those that its store path shows. */
function component(
  graph: ClosureGraph,
  node: number,
  layer: number,
  selected: DescribedPackage | undefined,
): BillComponent {
  const storePath = itemAt(graph.paths, node);
  const shown = parsePackageName(storePathName(storePath));
  const narSha256 = hexHash(itemAt(graph.narHashes, node));
  const references = graph.references.subarray(graph.offsets[node], graph.offsets[node + 1]);
  return {
    storePath,
    name: selected?.pname || shown.name,
    version: selected?.version || shown.version,
    output: selected?.output ?? shown.output,
    narSha256: SHA256_HEX.test(narSha256) ? narSha256 : undefined,
    narBytes: itemAt(graph.narSizes, node),
    layer,
    references: pathsAt(graph, references),
    isRequested: graph.roots.includes(node),
    licences: selected?.meta.licences ?? [],
    homepage: selected?.meta.homepage ?? undefined,
    description: selected?.meta.description ?? undefined,
    source: selected?.origin,
  };
}
