import type { Superseded } from '../../engine/contents/stack-layers.ts';
import type { ImageConfig } from '../../engine/oci/types.ts';
import { formatPlatform } from '../registry/platform.ts';
import type { ImageDescription } from './describe-image.ts';

/** What `strata open --json` prints of an image: plain data, with the longest lists cut. */
export interface OpenReport {
  readonly name: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly platform: string;
  readonly config: ImageConfig;
  readonly layers: readonly {
    readonly digest: string;
    readonly diffId: string;
    readonly mediaType: string;
    readonly compressedBytes: number;
    readonly uncompressedBytes: number;
    readonly entries: number;
    readonly whiteouts: readonly string[];
    readonly history: string | undefined;
    readonly storePaths: readonly {
      readonly path: string;
      readonly files: number;
      readonly sizeBytes: number;
    }[];
  }[];
  readonly waste: {
    readonly shippedBytes: number;
    readonly usefulBytes: number;
    readonly supersededBytes: number;
    readonly duplicateBytes: number;
    readonly efficiency: number;
    readonly superseded: readonly Superseded[];
    readonly duplicates: readonly { readonly sizeBytes: number; readonly paths: readonly string[] }[];
  };
  /** As the program dive counts. */
  readonly dive: {
    readonly efficiency: number;
    readonly repeated: readonly { readonly path: string; readonly bytes: number }[];
  };
  readonly notices: readonly string[];
}

const LONGEST_LIST = 100;

export function openReport(image: ImageDescription): OpenReport {
  const { waste, dive } = image;
  return {
    name: image.name,
    digest: image.descriptor.digest,
    mediaType: image.descriptor.mediaType,
    platform: formatPlatform(image.platform),
    config: image.config,
    layers: image.layers.map(
      ({ descriptor, diffId, uncompressedBytes, entries, whiteouts, history, storePaths }) => ({
        digest: descriptor.digest,
        diffId,
        mediaType: descriptor.mediaType,
        compressedBytes: descriptor.size,
        uncompressedBytes,
        entries: entries.length,
        whiteouts: whiteouts.map(({ path }) => `/${path}`),
        history,
        storePaths,
      }),
    ),
    waste: {
      ...waste,
      superseded: waste.superseded.slice(0, LONGEST_LIST),
      duplicates: waste.duplicates
        .slice(0, LONGEST_LIST)
        .map(({ sizeBytes, paths }) => ({ sizeBytes, paths })),
    },
    dive: {
      efficiency: dive.score,
      repeated: dive.repeated.slice(0, LONGEST_LIST).map(({ path, bytes }) => ({ path, bytes })),
    },
    notices: image.notices,
  };
}
