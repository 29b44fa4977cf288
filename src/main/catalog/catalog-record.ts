import type { MARKS } from '../../shared/contract/catalog.ts';

/** One attribute of a package source, as a catalog keeps it. */
export interface CatalogRecord {
  /** Attribute path, such as `python3Packages.requests`. */
  readonly attribute: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly marks: readonly (typeof MARKS)[number][];
  /** Packages of the source that depend on it, directly or not; null where nobody counted. */
  readonly popularity: number | null;
  /** A nested set rather than a package. */
  readonly isSet: boolean;
  readonly programs: readonly string[];
  readonly details: CatalogRecordDetails;
}

/** What is shown of a package once it is opened; not searched. */
interface CatalogRecordDetails {
  readonly outputs: readonly string[];
  readonly licences: readonly string[];
  readonly homepage: string | null;
  readonly mainProgram: string | null;
  readonly notices: readonly string[];
}

/** The set that an attribute is in: `python3Packages` for `python3Packages.requests`, '' at the top. */
export function parentSet(attribute: string): string {
  return attribute.includes('.') ? attribute.slice(0, attribute.lastIndexOf('.')) : '';
}
