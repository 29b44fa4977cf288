import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { documentSchema } from '../document.ts';
import { documentRefSchema } from './documents.ts';
import { procedure } from './errors.ts';

export const RUN_ENGINES = ['bwrap', 'podman', 'docker'] as const;

/** Of a terminal, in characters. */
const terminalSize = {
  columns: z.int().min(1).max(1000),
  rows: z.int().min(1).max(1000),
};

/** As podman and docker take them. */
export const portSchema = z
  .string()
  .regex(
    /^\d{1,5}(:\d{1,5})?(\/(tcp|udp))?$/,
    'a port such as 8080, or 8080:80 for another one of this machine',
  );

export const limitsSchema = z.strictObject({
  memory: z
    .string()
    .regex(/^\d+[bkmg]?$/i, 'bytes such as 512m')
    .optional(),
  cpus: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'processors such as 1.5')
    .optional(),
  pids: z.int().min(1).optional(),
});

/** What a program and all that it started take. */
export const runUsageSchema = z.object({
  /** Of one processor: two that are busy are 200. */
  cpuPercent: z.number(),
  cpuSeconds: z.number(),
  memoryBytes: z.number(),
  processes: z.int(),
});
export type RunUsage = z.infer<typeof runUsageSchema>;

const runRequestSchema = z.strictObject({
  ref: documentRefSchema,
  document: documentSchema,
  /** What to run in place of Cmd, with its arguments; null for what the configuration says. */
  words: z.array(z.string()).min(1).nullable(),
  /** A shell in place of the entry point; one is added for this run alone where the image has none. */
  isShell: z.boolean(),
  engine: z.enum(RUN_ENGINES).nullable().describe('null for the first that there is.'),
  hasNetwork: z.boolean(),
  ports: z.array(portSchema),
  limits: limitsSchema,
  isReadOnly: z.boolean(),
  ...terminalSize,
});
export type StartRunRequest = z.infer<typeof runRequestSchema>;

/** What a program wrote to its terminal, from the character `from` on. */
const terminalOutputSchema = z.object({ from: z.int(), text: z.string() });
export type TerminalOutput = z.infer<typeof terminalOutputSchema>;

/** A run that is over, as it is kept. */
export const runRecordSchema = z.object({
  title: z.string(),
  finishedAt: z.iso.datetime(),
  /** null where it was stopped, or could not be started. */
  exitCode: z.int().nullable(),
  /** The end of what was written. */
  output: z.string(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

const runInput = { id: z.string() };

export const runsContract = {
  /** Starts a job of kind `run`; cancelling it asks the program to end. Fails with `untrusted-source`, and where runs are forbidden. */
  start: procedure.input(runRequestSchema).output(z.object({ jobId: z.string() })),
  /**
   * Ends a run, and starts what it ran anew with the document as it is now; fails with `not-found` where the host knows no
   * such run any more.
   */
  restart: procedure
    .input(z.strictObject({ ...runInput, document: documentSchema }))
    .output(z.object({ jobId: z.string() })),
  /** What is typed. Nothing where the program is not running. */
  write: procedure.input(z.strictObject({ ...runInput, text: z.string().max(1_000_000) })).output(z.void()),
  resize: procedure.input(z.strictObject({ ...runInput, ...terminalSize })).output(z.void()),
  /** What is kept of the output, then what is added, until the program has ended. */
  follow: procedure
    .input(z.strictObject({ ...runInput, from: z.int().min(0).default(0) }))
    .output(eventIterator(terminalOutputSchema)),
  /** The last run of a document that is over, also of an earlier host; null where there is none. */
  latest: procedure.input(documentRefSchema).output(runRecordSchema.nullable()),
};
