import { z } from 'zod';
import { buildResultSchema } from './builds.ts';
import { comparisonSchema } from './compare.ts';
import { imageResultSchema } from './images.ts';
import { knownListSchema } from './known.ts';
import { openedImageSchema } from './opened.ts';
import { blobProgressSchema, pushResultSchema } from './registry.ts';
import { RUN_ENGINES, runUsageSchema } from './runs.ts';
import { servedImageSchema } from './serving.ts';

/** A derivation that Nix builds for a job. */
const derivationSchema = z.object({
  derivation: z.string().describe('Store path of the .drv file.'),
  name: z.string(),
  state: z.enum(['planned', 'running', 'done', 'failed', 'cancelled']),
  phase: z.string().nullable().describe('Such as buildPhase.'),
  machine: z.string().nullable().describe('Where it runs; null for this machine.'),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  /** Derivations of the same job that it waits for. */
  dependencies: z.array(z.string()),
  logLines: z.int(),
});
export type Derivation = z.infer<typeof derivationSchema>;

const downloadSchema = z.object({
  path: z.string().describe('Store path, or the URL of a file.'),
  from: z.string().nullable(),
  state: z.enum(['planned', 'running', 'done', 'failed', 'cancelled']),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
});
export type Download = z.infer<typeof downloadSchema>;

const layerProgressSchema = z.object({
  index: z.int().describe('Place in the manifest.'),
  title: z.string(),
  state: z.enum(['waiting', 'packing', 'packed', 'cached', 'failed']),
  doneBytes: z.number(),
  totalBytes: z.number(),
});
export type LayerProgress = z.infer<typeof layerProgressSchema>;

/** What tells the entries of each list of a detail apart. */
type ListKeys<Detail> = {
  readonly [Name in keyof Detail as Detail[Name] extends readonly unknown[]
    ? Name
    : never]: Detail[Name] extends readonly (infer Entry)[] ? keyof Entry : never;
};

function jobKind<Shape extends z.ZodRawShape>(kind: {
  /** What is told of such a job besides its progress: how far its parts are, and what came of it. */
  readonly detail: Shape;
  /** The detail of a job that has not begun. */
  readonly empty: z.infer<z.ZodObject<Shape>>;
  readonly keys: ListKeys<z.infer<z.ZodObject<Shape>>>;
  /** How many run side by side. */
  readonly limit: number;
}) {
  return kind;
}

/** The kinds of jobs. To add one, add it here: its detail is told, gathered, sent and folded as every other's. */
export const JOB_KINDS = {
  build: jobKind({
    detail: {
      derivations: z.array(derivationSchema),
      downloads: z.array(downloadSchema),
      result: buildResultSchema.nullable(),
    },
    empty: { derivations: [], downloads: [], result: null },
    keys: { derivations: 'derivation', downloads: 'path' },
    limit: 2,
  }),
  image: jobKind({
    detail: {
      layers: z.array(layerProgressSchema),
      /** Bytes of the file written so far, where one is written. */
      writtenBytes: z.number(),
      result: imageResultSchema.nullable(),
    },
    empty: { layers: [], writtenBytes: 0, result: null },
    keys: { layers: 'index' },
    limit: 1,
  }),
  catalog: jobKind({
    detail: { entries: z.int() },
    empty: { entries: 0 },
    keys: {},
    limit: 1,
  }),
  push: jobKind({
    detail: {
      reference: z.string(),
      /** The packing that comes before. */
      layers: z.array(layerProgressSchema),
      blobs: z.array(blobProgressSchema),
      result: pushResultSchema.nullable(),
    },
    empty: { reference: '', layers: [], blobs: [], result: null },
    keys: { layers: 'index', blobs: 'digest' },
    limit: 2,
  }),
  serve: jobKind({
    detail: {
      /** The packing that comes before. */
      layers: z.array(layerProgressSchema),
      /** null until it can be pulled. */
      image: servedImageSchema.nullable(),
    },
    empty: { layers: [], image: null },
    keys: { layers: 'index' },
    limit: Number.POSITIVE_INFINITY,
  }),
  run: jobKind({
    detail: {
      /** null until the program runs. */
      engine: z.enum(RUN_ENGINES).nullable(),
      /** null while it runs. */
      exitCode: z.int().nullable(),
      /** What it takes now; null before that is known. */
      usage: runUsageSchema.nullable(),
      /** A program that it called and that is not in the image; null where it did not end so. */
      missing: z.object({ program: z.string(), packageName: z.string() }).nullable(),
    },
    empty: { engine: null, exitCode: null, usage: null, missing: null },
    keys: {},
    limit: Number.POSITIVE_INFINITY,
  }),
  compare: jobKind({
    detail: { result: comparisonSchema.nullable() },
    empty: { result: null },
    keys: {},
    limit: 2,
  }),
  open: jobKind({
    detail: { result: openedImageSchema.nullable() },
    empty: { result: null },
    keys: {},
    limit: 2,
  }),
  known: jobKind({
    detail: {
      /** What is read, as it will stand in the list. */
      location: z.string(),
      result: knownListSchema.nullable(),
    },
    empty: { location: '', result: null },
    keys: {},
    limit: 2,
  }),
};
export type JobKind = keyof typeof JOB_KINDS;

type Fields<Kind extends JobKind> = z.infer<z.ZodObject<(typeof JOB_KINDS)[Kind]['detail']>>;

export type JobDetail<Kind extends JobKind = JobKind> = { [K in Kind]: { kind: K } & Fields<K> }[Kind];
export const jobDetailSchema = byKind<JobDetail>((detail) => z.object(detail));

/** What changed in a detail. Lists hold only the entries that are new or changed, whole. */
export type DetailChange<Kind extends JobKind = JobKind> = { [K in Kind]: Partial<Fields<K>> }[Kind];

/** What changed in the detail of a job whose kind is not known beforehand. */
export type JobChange = { [K in JobKind]: { kind: K } & DetailChange<K> }[JobKind];
export const jobChangeSchema = byKind<JobChange>((detail) => z.object(detail).partial());

function byKind<T>(schemaOf: (detail: z.ZodRawShape) => z.ZodObject): z.ZodType<T, T> {
  const [first, ...others] = Object.entries(JOB_KINDS).map(([kind, { detail }]) =>
    schemaOf(detail).extend({ kind: z.literal(kind) }),
  );
  if (first === undefined) throw new Error('There are kinds of jobs.');
  return z.discriminatedUnion('kind', [first, ...others]) as unknown as z.ZodType<T, T>;
}
