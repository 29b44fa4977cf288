import { useState } from 'react';
import { type ShownFailure, toFailure } from '../client/failure.ts';

export interface Start<Arguments extends readonly unknown[]> {
  /** Does nothing while the work that was asked for last is not under way yet. */
  readonly start: (...input: Arguments) => void;
  readonly starting: boolean;
  /** Why the last try came to nothing. */
  readonly failure: ShownFailure | null;
}

/** Starts something on the host that then goes on by itself, such as a job. */
export function useStart<Arguments extends readonly unknown[]>(
  work: (...input: Arguments) => Promise<unknown>,
): Start<Arguments> {
  const [starting, setStarting] = useState(false);
  const [failure, setFailure] = useState<ShownFailure | null>(null);
  const start = (...input: Arguments) => {
    if (starting) return;
    setStarting(true);
    setFailure(null);
    work(...input)
      .catch((error: unknown) => setFailure(toFailure(error)))
      .finally(() => setStarting(false));
  };
  return { start, starting, failure };
}
