import { QueryClientProvider } from '@tanstack/react-query';
import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';
import { type ShownFailure, toFailure } from './client/failure.ts';
import { FailureCard } from './components/failure-card.tsx';
import { Frame } from './frame/frame.tsx';
import { Splash } from './frame/splash.tsx';
import { answers } from './state/questions.ts';
import { startWindow } from './state/start.ts';

export function App() {
  const [attempt, setAttempt] = useState(0);
  return (
    <QueryClientProvider client={answers}>
      <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
        <Window key={attempt} onRetry={() => setAttempt(attempt + 1)} />
      </Tooltip.Provider>
    </QueryClientProvider>
  );
}

/** The window: connects to the host, opens what is to be opened, then shows the frame. */
function Window({ onRetry }: { readonly onRetry: () => void }) {
  const [started, setStarted] = useState<'no' | 'yes' | ShownFailure>('no');
  useEffect(() => {
    const end = new AbortController();
    startWindow(end.signal).then(
      () => end.signal.aborted || setStarted('yes'),
      (error: unknown) => end.signal.aborted || setStarted(toFailure(error) ?? 'no'),
    );
    return () => end.abort();
  }, []);
  if (started === 'yes') return <Frame />;
  return (
    <Splash>
      {started !== 'no' && <FailureCard title="Strata could not start" failure={started} onRetry={onRetry} />}
    </Splash>
  );
}
