import type { PackageClosuresMessage } from '../../../shared/contract/catalog.ts';
import type { PackageClosure } from '../../../shared/contract/package-closures.ts';
import type { SourceSelection } from '../../../shared/contract/sources.ts';
import { packageClosures } from '../../catalog/package-closures.ts';
import type { Catalog } from '../../catalog/query-catalog.ts';
import { formatAttribute, parseAttribute } from '../../nix/package-names.ts';
import { substitutersOf } from '../../nix/substituters.ts';
import type { Catalogs } from '../catalogs.ts';
import { procedures } from '../procedures.ts';
import type { SourceOpener } from '../source-opener.ts';

export interface CatalogHandlerServices {
  readonly catalogs: Catalogs;
  readonly sources: SourceOpener;
}

export function catalogHandlers({ catalogs, sources }: CatalogHandlerServices) {
  const os = procedures.catalog;

  return {
    watch: os.watch.handler(({ input, signal }) => catalogs.follow(input, signal)),
    prepare: os.prepare.handler(async ({ input }) => {
      const { rebuild, ...selection } = input;
      return { jobId: await catalogs.prepare(selectionOf(selection), rebuild) };
    }),
    search: os.search.handler(({ input }) => {
      const catalog = catalogs.of(selectionOf(input));
      return { revision: catalog.revision, ...catalog.search(input.query, input.offset, input.limit) };
    }),
    browse: os.browse.handler(({ input }) => {
      const catalog = catalogs.of(selectionOf(input));
      return { revision: catalog.revision, ...catalog.browse(input.set, input.offset, input.limit) };
    }),
    leftOut: os.leftOut.handler(({ input }) => {
      const catalog = catalogs.of(selectionOf(input));
      const { broken, thrown } = catalog.leftOutCounts;
      return { total: broken + thrown, entries: catalog.leftOut(input.offset, input.limit) };
    }),
    details: os.details.handler(({ input }) => catalogs.details(selectionOf(input), input.attribute)),
    lookup: os.lookup.handler(({ input }) => {
      const catalog = catalogs.of(selectionOf(input));
      return input.names.map((name) => lookedUp(name, catalog));
    }),
    closures: os.closures.handler(async ({ input, signal }) => {
      const selection = selectionOf(input);
      const source = await sources.open(selection, { signal });
      return closuresMessage(
        await packageClosures(source, {
          names: input.names,
          defaults: input.defaults,
          importArguments: sources.locate(selection).importArguments,
          substituters: substitutersOf(source),
        }),
      );
    }),
  };
}

function selectionOf({ source, importArguments, system, documentPath }: SourceSelection): SourceSelection {
  return { source, importArguments, system, documentPath };
}

/** A name may end in an output, as in `openssl.bin`. */
function lookedUp(name: string, catalog: Catalog) {
  const whole = catalog.find(name);
  if (whole && !whole.isSet) return { name, entry: whole, output: null, nearest: [] };
  const { parent, last } = split(name);
  const entry = parent === '' ? undefined : catalog.find(parent);
  if (entry && catalog.details(entry.attribute)?.outputs.includes(last)) {
    return { name, entry, output: last, nearest: [] };
  }
  return { name, entry: null, output: null, nearest: catalog.nearest(name) };
}

function split(name: string): { parent: string; last: string } {
  try {
    const segments = parseAttribute(name);
    return { parent: formatAttribute(segments.slice(0, -1)), last: segments.at(-1) ?? '' };
  } catch {
    return { parent: '', last: name };
  }
}

/** Closures over one table: packages share most of their paths. */
function closuresMessage(closures: readonly PackageClosure[]): PackageClosuresMessage {
  const places = new Map<string, number>();
  const paths: PackageClosuresMessage['paths'] = [];
  const packages = closures.map((closure) => {
    if (!closure.known) return closure;
    const { paths: weights, ...rest } = closure;
    const rows = Array.from(weights, ([path, weight]) => {
      const place = places.get(path) ?? paths.push({ path, ...weight }) - 1;
      places.set(path, place);
      return place;
    });
    return { ...rest, closure: rows };
  });
  return { paths, packages };
}
