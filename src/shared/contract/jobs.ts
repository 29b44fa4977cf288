import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { documentRefSchema } from './documents.ts';
import { failureSchema, procedure } from './errors.ts';
import { JOB_KINDS, type JobKind, jobChangeSchema, jobDetailSchema } from './job-kinds.ts';

const jobStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);

const progressSchema = z.object({
  /** What is being done now, as a short clause such as "Building 3 of 12 derivations". */
  phase: z.string(),
  done: z.number(),
  total: z.number().nullable().describe('null while it is not known.'),
  unit: z.enum(['items', 'bytes']),
});
export type JobProgress = z.infer<typeof progressSchema>;

const jobSummarySchema = z.object({
  id: z.string(),
  kind: z.enum(Object.keys(JOB_KINDS) as JobKind[]),
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

const jobSchema = jobSummarySchema.extend({ detail: jobDetailSchema });
export type Job = z.infer<typeof jobSchema>;

/**
 * What `subscribe` sends: a snapshot first, then what changed. `applyJobEvent` of `job-events.ts` folds
 * them.
 */
const jobEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), job: jobSchema }),
  z.object({ type: z.literal('summary'), job: jobSummarySchema }),
  z.object({ type: z.literal('detail'), change: jobChangeSchema }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;

const jobListEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), jobs: z.array(jobSummarySchema) }),
  z.object({ type: z.literal('changed'), job: jobSummarySchema }),
  z.object({ type: z.literal('removed'), id: z.string() }),
]);
export type JobListEvent = z.infer<typeof jobListEventSchema>;

/** A piece of a log. Lines are numbered from 0; the host keeps the last 10,000 of each derivation. */
const logChunkSchema = z.object({
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
