import type { Popularity } from '../../engine/graph/closure-graph.ts';
import type { CatalogPackage } from '../nix/package-facts.ts';
import { type CatalogRecord, parentSet } from './catalog-record.ts';

/** The packages of a source and the sets that they are in, as a catalog keeps them. */
export function catalogRecords(packages: readonly CatalogPackage[], popularity: Popularity): CatalogRecord[] {
  const records = packages.map((entry) => packageRecord(entry, popularity));
  const sets = new Map<string, number>();
  for (const { attribute } of packages) {
    for (let set = parentSet(attribute); set !== ''; set = parentSet(set)) {
      sets.set(set, (sets.get(set) ?? 0) + 1);
    }
  }
  const known = new Set(packages.map(({ attribute }) => attribute));
  for (const [attribute, members] of sets) {
    if (!known.has(attribute)) records.push(setRecord(attribute, members));
  }
  return records;
}

function packageRecord(entry: CatalogPackage, popularity: Popularity): CatalogRecord {
  const { attribute, name, pname, version, description, outputs, licences, homepage, mainProgram } = entry;
  return {
    attribute,
    name: pname,
    version,
    description: description ?? '',
    marks: entry.marks,
    popularity: popularityOf(name, outputs, popularity),
    isSet: false,
    programs: entry.programs,
    details: {
      outputs,
      licences: licences.map((licence) => licence.spdxId ?? licence.name),
      homepage,
      mainProgram,
      notices: entry.vulnerabilities.map((vulnerability) => `Known vulnerability: ${vulnerability}`),
    },
  };
}

function setRecord(attribute: string, members: number): CatalogRecord {
  return {
    attribute,
    name: attribute.slice(parentSet(attribute).length).replace(/^\./, ''),
    version: '',
    description: `${members} packages`,
    marks: [],
    popularity: null,
    isSet: true,
    programs: [],
    details: { outputs: [], licences: [], homepage: null, mainProgram: null, notices: [] },
  };
}

/** That of the most popular output: a library counts by its `out` or `lib`, whichever others depend on. */
function popularityOf(name: string, outputs: readonly string[], popularity: Popularity): number | null {
  const counts = outputs.flatMap((output) => {
    const key = output === 'out' ? name : `${name}-${output}`;
    return Object.hasOwn(popularity, key) ? [popularity[key] ?? 0] : [];
  });
  return counts.length === 0 ? null : Math.max(...counts);
}
