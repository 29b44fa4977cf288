import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { buildResultSchema } from './builds.ts';
import { comparisonSchema } from './compare.ts';
import { documentRefSchema } from './documents.ts';
import { failureSchema, procedure } from './errors.ts';
import { imageResultSchema } from './images.ts';
import { knownListSchema } from './known.ts';
import { openedImageSchema } from './opened.ts';
import { blobProgressSchema, pushResultSchema } from './registry.ts';

export const jobStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof jobStateSchema>;

export const progressSchema = z.object({
  /** What is being done now, as a short clause such as "Building 3 of 12 derivations". */
  phase: z.string(),
  done: z.number(),
  total: z.number().nullable().describe('null while it is not known.'),
  unit: z.enum(['items', 'bytes']),
});
export type JobProgress = z.infer<typeof progressSchema>;

export const JOB_KINDS = ['build', 'image', 'catalog', 'push', 'compare', 'inspect', 'known'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const jobSummarySchema = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  title: z.string(),
  state: jobStateSchema,
  /** The document for which it runs; null for what belongs to the host, such as a catalog. */
  document: documentRefSchema.nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  progress: progressSchema.nullable(),
  /** Why it failed; null in every other state. */
  failure: failureSchema.nullable(),
  cancelling: z.boolean(),
});
export type JobSummary = z.infer<typeof jobSummarySchema>;

/** A derivation that Nix builds for a job. */
export const derivationSchema = z.object({
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

export const downloadSchema = z.object({
  path: z.string().describe('Store path, or the URL of a file.'),
  from: z.string().nullable(),
  state: z.enum(['planned', 'running', 'done', 'failed', 'cancelled']),
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
});
export type Download = z.infer<typeof downloadSchema>;

export const layerProgressSchema = z.object({
  index: z.int().describe('Place in the manifest.'),
  title: z.string(),
  state: z.enum(['waiting', 'packing', 'packed', 'cached', 'failed']),
  doneBytes: z.number(),
  totalBytes: z.number(),
});
export type LayerProgress = z.infer<typeof layerProgressSchema>;

const buildDetailSchema = z.object({
  kind: z.literal('build'),
  derivations: z.array(derivationSchema),
  downloads: z.array(downloadSchema),
  result: buildResultSchema.nullable(),
});
const imageDetailSchema = z.object({
  kind: z.literal('image'),
  layers: z.array(layerProgressSchema),
  /** Bytes of the file written so far, where one is written. */
  writtenBytes: z.number(),
  result: imageResultSchema.nullable(),
});
const catalogDetailSchema = z.object({ kind: z.literal('catalog'), entries: z.int() });
const pushDetailSchema = z.object({
  kind: z.literal('push'),
  reference: z.string(),
  /** The packing that comes before. */
  layers: z.array(layerProgressSchema),
  blobs: z.array(blobProgressSchema),
  result: pushResultSchema.nullable(),
});
const compareDetailSchema = z.object({
  kind: z.literal('compare'),
  result: comparisonSchema.nullable(),
});
const inspectDetailSchema = z.object({
  kind: z.literal('inspect'),
  result: openedImageSchema.nullable(),
});
const knownDetailSchema = z.object({
  kind: z.literal('known'),
  /** What is read, as it will stand in the list. */
  location: z.string(),
  result: knownListSchema.nullable(),
});

export const jobDetailSchema = z.discriminatedUnion('kind', [
  buildDetailSchema,
  imageDetailSchema,
  catalogDetailSchema,
  pushDetailSchema,
  compareDetailSchema,
  inspectDetailSchema,
  knownDetailSchema,
]);
export type JobDetail = z.infer<typeof jobDetailSchema>;
export type BuildDetail = z.infer<typeof buildDetailSchema>;
export type ImageDetail = z.infer<typeof imageDetailSchema>;
export type PushDetail = z.infer<typeof pushDetailSchema>;

export const jobSchema = jobSummarySchema.extend({ detail: jobDetailSchema });
export type Job = z.infer<typeof jobSchema>;

/**
 * What `subscribe` sends: a snapshot first, then what changed. `applyJobEvent` of `job-events.ts` folds
 * them. Lists hold only the entries that are new or changed, whole.
 */
export const jobEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), job: jobSchema }),
  z.object({ type: z.literal('summary'), job: jobSummarySchema }),
  z.object({ type: z.literal('derivations'), changed: z.array(derivationSchema) }),
  z.object({ type: z.literal('downloads'), changed: z.array(downloadSchema) }),
  z.object({ type: z.literal('layers'), changed: z.array(layerProgressSchema) }),
  z.object({ type: z.literal('written'), bytes: z.number() }),
  z.object({ type: z.literal('entries'), entries: z.int() }),
  z.object({ type: z.literal('build-result'), result: buildResultSchema }),
  z.object({ type: z.literal('image-result'), result: imageResultSchema }),
  z.object({ type: z.literal('push-target'), reference: z.string() }),
  z.object({ type: z.literal('blobs'), changed: z.array(blobProgressSchema) }),
  z.object({ type: z.literal('push-result'), result: pushResultSchema }),
  z.object({ type: z.literal('compare-result'), result: comparisonSchema }),
  z.object({ type: z.literal('inspect-result'), result: openedImageSchema }),
  z.object({ type: z.literal('known-location'), location: z.string() }),
  z.object({ type: z.literal('known-result'), result: knownListSchema }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;

export const jobListEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), jobs: z.array(jobSummarySchema) }),
  z.object({ type: z.literal('changed'), job: jobSummarySchema }),
  z.object({ type: z.literal('removed'), id: z.string() }),
]);
export type JobListEvent = z.infer<typeof jobListEventSchema>;

/** A piece of a log. Lines are numbered from 0; the host keeps the last 10,000 of each derivation. */
export const logChunkSchema = z.object({
  firstLine: z.int(),
  lines: z.array(z.string()),
  /** Lines before `firstLine` that were asked for and are no longer kept. */
  droppedLines: z.int(),
});
export type LogChunk = z.infer<typeof logChunkSchema>;

const jobInput = z.strictObject({ id: z.string() });

export const jobsContract = {
  /** Newest first. */
  list: procedure.output(z.array(jobSummarySchema)),
  watch: procedure.output(eventIterator(jobListEventSchema)),
  /** Fails with `not-found`. */
  get: procedure.input(jobInput).output(jobSchema),
  /** Ends after the last event of a job that is over. */
  subscribe: procedure.input(jobInput).output(eventIterator(jobEventSchema)),
  /** Asks it to stop; its state becomes `cancelled` when it has. A job that is over stays as it is. */
  cancel: procedure.input(jobInput).output(jobSummarySchema),
  /** Takes a job that is over off the list. */
  dismiss: procedure.input(jobInput).output(z.void()),
  /** The log from line `from` on, then what is added, until the job is over. `derivation` null: the job's own log. */
  followLog: procedure
    .input(
      z.strictObject({
        id: z.string(),
        derivation: z.string().nullable().default(null),
        from: z.int().min(0).default(0),
      }),
    )
    .output(eventIterator(logChunkSchema)),
};
