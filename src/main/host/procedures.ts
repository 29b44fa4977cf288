import { mapEventIterator } from '@orpc/client';
import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import { isBug, toContractError } from './failures.ts';

/** What the host knows about the window that calls. */
export interface CallContext {
  /** One connection of one window: a reload makes another. */
  readonly connection: string;
  /** Told of a bug, before the window that called is. */
  readonly onBug: (error: unknown) => void;
}

function isIterator(value: unknown): value is AsyncIterator<unknown, unknown, unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The contract to implement; whatever a handler throws, also in mid-stream, becomes an error of the contract. */
export const procedures = implement(contract)
  .$context<CallContext>()
  .use(async ({ next, context }) => {
    const failed = (error: unknown): unknown => {
      if (isBug(error)) context.onBug(error);
      return toContractError(error);
    };
    try {
      const result = await next();
      if (!isIterator(result.output)) return result;
      const output = mapEventIterator(result.output, {
        value: async (value) => value,
        error: async (error) => failed(error),
      });
      return { ...result, output };
    } catch (error) {
      throw failed(error);
    }
  });
