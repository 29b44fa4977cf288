import { z } from 'zod';
import { DIGEST } from '../../engine/oci/digest.ts';
import { catalogEntrySchema, leftOutSchema } from '../../shared/contract/catalog.ts';
import { comparisonSchema } from '../../shared/contract/compare.ts';
import { lockSchema } from '../../shared/lock.ts';

/**
 * What the commands print with `--json` (`graph`: with `--format json`), for docs/output.schema.json. The tests run the
 * commands and hold them to it: nothing is printed that is not here.
 */

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const digest = z.string().regex(DIGEST);
const platform = z.strictObject({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});
/** Documents of OCI and Docker are given as they are. */
const document = z.looseObject({});
const descriptor = z.strictObject({
  mediaType: z.string(),
  digest,
  size: bytes,
  platform: document.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  urls: z.array(z.string()).optional(),
});
const storePath = z.string();
/** Which known images have a layer or its paths. */
const holders = z.array(z.unknown());

const owner = z.strictObject({ package: z.string(), file: storePath });

const source = z.strictObject({
  type: z.string(),
  /** Null where it may be another tomorrow. */
  pinned: document.nullable(),
  description: z.string(),
  revision: z.string().nullable(),
  reason: z.string(),
});

const build = z.strictObject({
  output: z.string(),
  format: z.string(),
  writtenBytes: bytes,
  manifest: descriptor,
  config: descriptor,
  /** Null where no package is of the source without a name. */
  source: source.nullable(),
  /** Those with a name that packages are of. */
  sources: z.record(z.string(), source).optional(),
  base: z.strictObject({ name: z.string(), digest, layers: count }).optional(),
  system: z.string(),
  platform,
  packages: z.array(
    z.strictObject({
      requested: z.string(),
      source: z.string().optional(),
      attribute: z.string(),
      output: z.string(),
      storePath,
      version: z.string(),
    }),
  ),
  closure: z.strictObject({ paths: count, narBytes: bytes }),
  layers: z.array(
    descriptor.extend({
      diffId: digest,
      uncompressedBytes: bytes,
      origin: z.enum(['cached', 'packed', 'repaired', 'fetched']),
      kind: z.enum(['base', 'store', 'root', 'files']),
      paths: z.array(storePath),
      files: z
        .array(z.string())
        .describe('Of a layer of own files: the uppermost of its paths in the image.'),
      known: holders.optional(),
    }),
  ),
  conflicts: z.array(z.strictObject({ path: z.string(), kept: owner, dropped: owner })),
  notices: z.array(z.string()),
});

const entry = z.strictObject({
  path: z.string(),
  type: z.enum([
    'file',
    'hardlink',
    'symlink',
    'character-device',
    'block-device',
    'directory',
    'fifo',
    'other',
  ]),
  mode: count,
  uid: z.number().int(),
  gid: z.number().int(),
  sizeBytes: bytes,
  linkTarget: z.string().optional(),
  contentDigest: z.string().optional(),
});

const open = z.strictObject({
  name: z.string(),
  descriptor,
  platform,
  config: document,
  layers: z.array(
    z.strictObject({
      diffId: digest,
      compression: z.enum(['gzip', 'zstd', 'none']),
      uncompressedBytes: bytes,
      descriptor,
      history: z.string().optional(),
      storePaths: z.array(z.strictObject({ path: storePath, files: count, sizeBytes: bytes })),
      whiteouts: z.array(entry),
      files: count,
    }),
  ),
  waste: z.strictObject({
    shippedBytes: bytes,
    usefulBytes: bytes,
    supersededBytes: bytes,
    duplicateBytes: bytes,
    efficiency: z.number(),
    superseded: z.array(document),
    duplicates: z.array(
      z.strictObject({ contentDigest: z.string(), sizeBytes: bytes, paths: z.array(z.string()) }),
    ),
  }),
  dive: z.strictObject({
    score: z.number(),
    repeated: z.array(z.strictObject({ path: z.string(), times: count, bytes })),
  }),
  notices: z.array(z.string()),
  /** With `--files`: as a container sees them, each with the index of the layer that it is from. */
  files: z.array(entry.extend({ layer: count })).optional(),
});

const verify = z.strictObject({
  format: z.enum(['oci', 'docker-archive', 'oci-dir', 'dir', 'registry']),
  isDockerArchive: z.boolean(),
  images: z.array(
    z.strictObject({
      references: z.array(z.string()),
      manifest: z.strictObject({ descriptor, value: document }).optional(),
      config: z.strictObject({ digest, sizeBytes: bytes, value: document }).optional(),
      layers: z.array(
        z.strictObject({
          path: z.string(),
          mediaType: z.string().optional(),
          heldElsewhere: z.array(z.string()).optional(),
          digest: digest.optional(),
          compressedBytes: bytes.optional(),
          compression: z.string().optional(),
          diffId: digest.optional(),
          sizeBytes: bytes.optional(),
          history: z.string().optional(),
        }),
      ),
    }),
  ),
  problems: z.array(z.strictObject({ code: z.string(), place: z.string(), message: z.string() })),
});

const plan = z.strictObject({
  strategy: z.string(),
  budget: count,
  layers: z.array(
    z.strictObject({ sizeBytes: bytes, contents: z.array(storePath), known: holders.optional() }),
  ),
});

const explain = z.array(
  z.strictObject({
    sizeBytes: bytes,
    contents: z.array(storePath),
    reason: z.looseObject({ kind: z.string(), text: z.string() }),
    known: holders.optional(),
    exposure: z.number(),
    commonExposure: z.number(),
    expectedBytes: z.number(),
    expectedByChainBytes: z.number(),
    expectedApartBytes: z.number(),
    updates: z.array(
      z.strictObject({
        path: storePath,
        movedBytes: bytes,
        movedByChainBytes: bytes,
        changedBytes: bytes,
        changedLayers: count,
      }),
    ),
  }),
);

const graph = z.array(
  z.strictObject({
    path: storePath,
    narBytes: bytes,
    closureBytes: bytes,
    dominatedBytes: bytes,
    referrers: count,
    popularity: z.number(),
    isRoot: z.boolean(),
    references: z.array(storePath),
  }),
);

const why = z.array(
  z.strictObject({ path: storePath, shortestChains: count, chains: z.array(z.array(storePath)) }),
);

const pull = z.strictObject({
  output: z.string(),
  format: z.string(),
  manifestDigest: digest,
  layers: count,
  movedBytes: bytes,
  writtenBytes: bytes,
});

const doctor = z.array(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    state: z.enum(['ok', 'warning', 'missing']),
    detail: z.string(),
    hint: z.string().nullable(),
  }),
);

const search = z.strictObject({
  total: count,
  packages: z.array(
    catalogEntrySchema.strict().extend({
      size: z
        .discriminatedUnion('known', [
          z.strictObject({
            known: z.literal(true),
            downloadBytes: bytes.nullable(),
            installedBytes: bytes,
            paths: count,
            from: z.string(),
          }),
          z.strictObject({ known: z.literal(false), reason: z.string() }),
        ])
        .optional(),
    }),
  ),
  leftOut: z.array(leftOutSchema.strict()),
});

const origin = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('package'), name: z.string() }),
  z.strictObject({ type: z.literal('own'), place: z.string().describe('In the document.') }),
  z.strictObject({ type: z.literal('base') }),
  z.strictObject({ type: z.literal('default') }),
]);

const contents = z.strictObject({
  entries: z.array(
    z.strictObject({
      path: z.string(),
      type: z.enum(['file', 'directory', 'link']),
      mode: z.int(),
      owner: z.strictObject({
        uid: z.int(),
        gid: z.int(),
        user: z.string().nullable(),
        group: z.string().nullable(),
      }),
      sizeBytes: bytes,
      target: z.string().nullable(),
      origin,
      layer: z.enum(['base', 'root', 'files']),
    }),
  ),
  conflicts: z.array(z.strictObject({ path: z.string(), kept: owner, dropped: owner })),
  omissions: z.array(z.strictObject({ path: z.string(), package: z.string(), reason: z.string() })),
  notices: z.array(z.string()),
});

const cache = z.strictObject({
  directory: z.string(),
  layers: z.array(
    z.strictObject({
      key: z.string(),
      digest,
      diffId: digest,
      compression: z.enum(['gzip', 'zstd', 'none']),
      sizeBytes: bytes,
      uncompressedBytes: bytes,
      label: z.string(),
      createdMs: count,
      usedMs: count,
    }),
  ),
  roots: z.array(
    z.strictObject({
      name: z.string(),
      path: z.string(),
      target: storePath.nullable(),
      holds: z.array(z.string()),
      createdAt: z.iso.datetime(),
    }),
  ),
  leftovers: z.array(z.string()),
});

const learn = z.strictObject({
  steps: count,
  changes: z.array(z.strictObject({ name: z.string(), count })),
  last: z.array(z.strictObject({ from: storePath, to: storePath, isOrigin: z.boolean() })),
});

const planSet = z.strictObject({
  layers: z.array(
    z.strictObject({
      contents: z.array(storePath),
      sizeBytes: bytes,
      images: z.array(count).describe('By their number in `images`.'),
      exists: z.boolean(),
    }),
  ),
  images: z.array(
    z.strictObject({
      name: z.string(),
      budget: count,
      layers: z.array(count).describe('By their number in `layers`.'),
      sizeBytes: bytes,
    }),
  ),
  layerBytes: bytes,
  pathBytes: bytes,
});

const push = z.strictObject({
  reference: z.string(),
  digest,
  tags: z.array(z.string()),
  blobs: z.array(
    z.strictObject({ digest, sizeBytes: bytes, outcome: z.enum(['present', 'mounted', 'uploaded']) }),
  ),
  movedBytes: bytes,
  changed: z.boolean(),
});

export const OUTPUT_SCHEMAS = {
  build,
  cache,
  contents,
  diff: comparisonSchema,
  doctor,
  explain,
  graph,
  learn,
  lock: lockSchema,
  open,
  plan,
  'plan-set': planSet,
  pull,
  push,
  search,
  verify,
  why,
} as const;

/** JSON Schema (draft 2020-12): `$defs` has one for each command. */
export function outputJsonSchema(): unknown {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What the commands of Strata print as JSON',
    $defs: Object.fromEntries(
      Object.entries(OUTPUT_SCHEMAS).map(([command, schema]) => {
        const { $schema: _, ...definition } = z.toJSONSchema(schema, { unrepresentable: 'any' });
        return [command, definition];
      }),
    ),
  };
}
