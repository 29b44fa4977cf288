import type { Digest } from '../oci/types.ts';

export const BILL_FORMATS = ['spdx', 'cyclonedx'] as const;
export type BillFormat = (typeof BILL_FORMATS)[number];

export interface BillLicence {
  /** Identifier of the SPDX licence list; null where the licence has none. */
  readonly spdxId: string | null;
  readonly name: string;
}

/** One store path. */
export interface BillComponent {
  readonly storePath: string;
  readonly name: string;
  /** The empty string where it has none. */
  readonly version: string;
  readonly output: string;
  /** SHA-256 of the NAR serialisation, hexadecimal; undefined where it is not known. */
  readonly narSha256: string | undefined;
  readonly narBytes: number;
  /** Index of the layer that holds it. */
  readonly layer: number;
  /** Store paths that it refers to, itself left out. */
  readonly references: readonly string[];
  /** Whether it was asked for, as opposed to being needed by something that was. */
  readonly isRequested: boolean;
  /** As far as the package source knows. */
  readonly licences: readonly BillLicence[];
  readonly homepage: string | undefined;
  readonly description: string | undefined;
  /** The package source that it was asked of, as far as others can get at that; undefined where it was not asked for. */
  readonly source: string | undefined;
}

/** What an image is made of: the content of a bill of materials, whatever its format. */
export interface Bill {
  readonly image: {
    readonly name: string;
    readonly tag: string;
    /** Where it was pushed to, `HOST/REPOSITORY`; undefined where it was not. */
    readonly repository: string | undefined;
    readonly manifestDigest: Digest;
    /** RFC 3339. */
    readonly created: string;
    readonly architecture: string;
  };
  /** The image that it is built on: what is in that is not among the components. */
  readonly base: { readonly name: string; readonly digest: Digest } | undefined;
  /** In manifest order. */
  readonly layers: readonly { readonly digest: Digest }[];
  /** By store path, ascending. */
  readonly components: readonly BillComponent[];
  readonly tool: { readonly name: string; readonly version: string };
}

/** What a bill does not list, as a sentence; undefined where it lists all. */
export function notListed({ base }: Pick<Bill, 'base'>): string | undefined {
  return base && `The packages of the base image, ${base.name} (${base.digest}), are not listed.`;
}
