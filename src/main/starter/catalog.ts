import type { Debset } from './debset.ts';

/** One attribute, as a search shows it. */
export interface StarterEntry {
  readonly attribute: string;
  readonly pname: string;
  readonly version: string;
  readonly description: string;
  readonly homepage: string | undefined;
  /** Key into lib.licenses, such as gpl3Plus. */
  readonly license: string;
  readonly programs: readonly string[];
  readonly outputs: readonly string[];
  /** Bytes to download for this attribute alone; what it depends on is not counted. */
  readonly downloadBytes: number;
}

/** Every attribute, ascending. */
export function listCatalog(debset: Debset): StarterEntry[] {
  return Object.entries(debset.attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([attribute, { unit: unitName, programs }]) => {
      const unit = debset.units[unitName];
      if (!unit) return [];
      const debs = unit.outputs.flatMap((output) => output.debs);
      return [
        {
          attribute,
          pname: unit.pname,
          version: unit.version,
          description: unit.description,
          homepage: unit.homepage,
          license: unit.license,
          programs,
          outputs: unit.outputs.map(({ name }) => name),
          downloadBytes: debs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        },
      ];
    });
}
