import { useEffect, useState } from 'react';
import { type ShownFailure, toFailure } from '../client/failure.ts';

export interface Answer<Value> {
  /** null until the host has answered, and after a failure. */
  readonly value: Value | null;
  readonly failure: ShownFailure | null;
  readonly retry: () => void;
}

const NOTHING = { value: null, failure: null } as const;

/**
 * What the host answers to a question, asked when the component appears and whenever the key changes. An answer to an
 * earlier key is never shown.
 *
 * @param key says everything about the question; null to ask nothing
 */
export function useAnswer<Value>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<Value>,
): Answer<Value> {
  const [answer, setAnswer] = useState<{
    readonly key: string | null;
    readonly value: Value | null;
    readonly failure: ShownFailure | null;
  }>({ key: null, ...NOTHING });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything about the question
  useEffect(() => {
    if (key === null) return;
    const end = new AbortController();
    ask(end.signal).then(
      (value) => end.signal.aborted || setAnswer({ key, value, failure: null }),
      (error: unknown) => end.signal.aborted || setAnswer({ key, value: null, failure: toFailure(error) }),
    );
    return () => end.abort();
  }, [key, attempt]);

  const { value, failure } = answer.key === key ? answer : NOTHING;
  return {
    value,
    failure,
    retry: () => {
      setAnswer({ key: null, ...NOTHING });
      setAttempt((before) => before + 1);
    },
  };
}
