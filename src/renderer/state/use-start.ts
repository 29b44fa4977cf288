import { useMutation } from '@tanstack/react-query';
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
  const { mutate, isPending, error } = useMutation({ mutationFn: (input: Arguments) => work(...input) });
  return {
    start: (...input) => {
      if (!isPending) mutate(input);
    },
    starting: isPending,
    failure: error && toFailure(error),
  };
}
