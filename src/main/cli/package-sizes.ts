import type { CatalogEntry } from '../../shared/contract/catalog.ts';
import { downloadBytesOf, narBytesOf, type PackageClosure } from '../../shared/contract/package-closures.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import { packageClosures } from '../catalog/package-closures.ts';
import type { OpenSource } from '../nix/open-source.ts';
import { substitutersOf } from '../nix/substituters.ts';

/** By attribute. Sets have none, they are opened first. */
export type PackageSizes = ReadonlyMap<string, PackageSize>;

/** Of a package with all that it needs. Bytes: as they are fetched, compressed; as they lie in the store. */
export type PackageSize =
  | {
      readonly known: true;
      /** 0 where all is in the local store. */
      readonly downloadBytes: number | null;
      readonly installedBytes: number;
      readonly paths: number;
      /** `store`, or the address of the binary cache that answered. */
      readonly from: string;
    }
  | { readonly known: false; readonly reason: string };

/** What packages weigh before any is built or fetched, see {@link packageClosures}. */
export async function packageSizes(
  entries: readonly CatalogEntry[],
  opened: OpenSource,
  importArguments: Readonly<Record<string, unknown>>,
): Promise<PackageSizes> {
  const names = entries.filter(({ isSet }) => !isSet).map(({ attribute }) => attribute);
  const request = {
    names,
    importArguments,
    substituters: substitutersOf(opened),
  };
  const closures = names.length === 0 ? [] : await packageClosures(opened, request);
  return new Map(names.map((name, index) => [name, sizeOf(closures[index])]));
}

function sizeOf(closure: PackageClosure | undefined): PackageSize {
  if (!closure?.known) return { known: false, reason: closure?.reason ?? '' };
  const { paths, from } = closure;
  return {
    known: true,
    downloadBytes: downloadBytesOf(paths.values()),
    installedBytes: narBytesOf(paths.values()),
    paths: paths.size,
    from,
  };
}

/** Why sizes are not known: each reason once, with how many packages it is about. */
export function unknownSizes(sizes: PackageSizes = new Map()): string[] {
  const names = new Map<string, string[]>();
  for (const [name, size] of sizes) {
    if (!size.known) names.set(size.reason, [...(names.get(size.reason) ?? []), name]);
  }
  return [...names].map(([reason, [first = '', ...more]]) => {
    const others = more.length === 0 ? '' : ` and ${formatCount(more.length)} more`;
    return `no size for ${first}${others}: ${reason}`;
  });
}

/** For a table: nothing for a set, a question mark where nobody knows. */
export function sizeCells(size: PackageSize | undefined): [download: string, installed: string] {
  if (size === undefined) return ['', ''];
  if (!size.known) return ['?', '?'];
  const { downloadBytes, installedBytes } = size;
  return [downloadBytes === null ? '?' : formatBytes(downloadBytes), formatBytes(installedBytes)];
}
