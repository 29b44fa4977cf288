import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';
import { type ShownFailure, toFailure } from './client/failure.ts';
import { FailureCard } from './components/failure-card.tsx';
import { Frame } from './frame/frame.tsx';
import { Splash } from './frame/splash.tsx';
import { startWindow } from './state/start.ts';

/** The window: connects to the host, opens what is to be opened, then shows the frame. */
export function App() {
  const [started, setStarted] = useState<'no' | 'yes' | ShownFailure>('no');
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt starts over
  useEffect(() => {
    const end = new AbortController();
    startWindow(end.signal).then(
      () => end.signal.aborted || setStarted('yes'),
      (error: unknown) => end.signal.aborted || setStarted(toFailure(error) ?? 'no'),
    );
    return () => end.abort();
  }, [attempt]);

  return (
    <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
      {started === 'yes' ? (
        <Frame />
      ) : (
        <Splash>
          {started !== 'no' && (
            <FailureCard
              title="Strata could not start"
              failure={started}
              onRetry={() => {
                setStarted('no');
                setAttempt((before) => before + 1);
              }}
            />
          )}
        </Splash>
      )}
    </Tooltip.Provider>
  );
}
