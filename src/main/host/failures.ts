import { ORPCError } from '@orpc/server';
import { z } from 'zod';
import type { Failure, FailureData } from '../../shared/contract/errors.ts';
import { fixesFor } from '../../shared/contract/fixes.ts';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { asFaultOfMachine } from '../files/file-system-error.ts';

const jsonSchema = z.json();

/** Details as JSON: what cannot travel is left out rather than failing the failure. */
function jsonOf(value: unknown): FailureData['details'] {
  if (value === undefined) return null;
  try {
    return jsonSchema.parse(JSON.parse(JSON.stringify(value)));
  } catch {
    return null;
  }
}

/** Whatever was thrown, as a value that travels to a window or is kept in a job. */
export function failureOf(reason: unknown): Failure {
  const error = asFaultOfMachine(reason);
  if (error instanceof StrataError) {
    const details = jsonOf(error.details);
    return {
      code: error.code,
      message: error.message,
      hint: error.hint ?? null,
      action: error.action ?? null,
      details,
      log: error.log ?? null,
      fixes: fixesFor(error.code, details),
    };
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  return {
    code: 'internal',
    message: `Strata has a bug: ${thrown.message}`,
    hint: 'Please report it with the details below. Your documents are safe.',
    action: null,
    details: null,
    log: thrown.stack ?? null,
    fixes: [{ type: 'retry' }],
  };
}

/** Whether what was thrown is neither an expected failure nor the end of something that was cancelled. */
export function isBug(error: unknown): boolean {
  return !(
    asFaultOfMachine(error) instanceof StrataError ||
    error instanceof Cancelled ||
    error instanceof ORPCError
  );
}

/** Whatever a procedure threw, as the error of the contract that its caller gets. */
export function toContractError(error: unknown): unknown {
  if (error instanceof ORPCError) return error;
  if (error instanceof Cancelled) return new ORPCError('CLIENT_CLOSED_REQUEST', { message: error.message });
  const { code, message, ...data } = failureOf(error);
  return new ORPCError(code, { message, data, cause: error });
}
