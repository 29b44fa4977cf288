import { oc } from '@orpc/contract';
import { z } from 'zod';
import { packageSourceSchema } from '../document.ts';
import { type Action, ERROR_CODES, OPTIONS } from '../errors.ts';

/** What a window can do about a failure. `fixes.ts` applies one to a document. */
const fixSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('retry') }),
  z.object({ type: z.literal('remove-package'), package: z.string() }),
  z.object({ type: z.literal('replace-package'), package: z.string(), replacement: z.string() }),
  z.object({
    type: z.literal('allow'),
    what: z.enum(['unfree', 'broken', 'insecure', 'unsupported-system']),
    /** Of which package source; the one without a name where it is left out. */
    source: z.string().optional(),
    packages: z.array(z.string()).describe('Names as nixpkgs writes them, such as steam-1.0.'),
  }),
  z.object({ type: z.literal('trust-source'), source: packageSourceSchema }),
  z.object({ type: z.literal('use-source'), source: packageSourceSchema }),
]);
export type Fix = z.infer<typeof fixSchema>;

export const actionSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('set-option'), option: z.enum(OPTIONS) }),
  z.object({ action: z.literal('set-nix-option'), name: z.string(), value: z.string() }),
  z.object({ action: z.literal('use-other-source'), than: z.enum(['nixpkgs', 'starter']) }),
  z.object({ action: z.literal('search-packages') }),
  z.object({ action: z.literal('name-source'), name: z.string() }),
  z.object({ action: z.literal('add-package'), name: z.string() }),
  z.object({ action: z.literal('lock'), document: z.string(), update: z.string().nullable() }),
  z.object({ action: z.literal('plan-alone') }),
]) satisfies z.ZodType<Action>;

/** The stable codes, and `internal` for a bug: whatever else was thrown. */
const FAILURE_CODES = [...ERROR_CODES, 'internal'] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** The facts of a failure beyond its code and its message, as they cross the process boundary. */
const failureDataSchema = z.object({
  hint: z.string().nullable(),
  action: actionSchema.nullable().default(null),
  details: z.json().describe('Machine-readable facts, by code; null where there are none.'),
  log: z.string().nullable().describe('Longer text worth copying, such as the tail of a build log.'),
  fixes: z.array(fixSchema),
});
export type FailureData = z.infer<typeof failureDataSchema>;

/** A failure as a value: in a job that failed, or in place of a description that could not be made. */
export const failureSchema = failureDataSchema.extend({
  code: z.enum(FAILURE_CODES),
  message: z.string(),
});
export type Failure = z.infer<typeof failureSchema>;

type FailureErrors = { readonly [Code in FailureCode]: { readonly data: typeof failureDataSchema } };

/** Every procedure can fail with every stable code; `ORPCError.code` is the code, `.data` a {@link FailureData}. */
const failureErrors = Object.fromEntries(
  FAILURE_CODES.map((code) => [code, { data: failureDataSchema }]),
) as FailureErrors;

/** The base of every procedure of the contract. */
export const procedure = oc.errors(failureErrors);
