import { useEffect, useRef } from 'react';
import type { ShownFailure } from '../client/failure.ts';
import { shell } from '../client/transport.ts';
import { ErrorBoundary } from '../components/error-boundary.tsx';
import { FailureCard } from '../components/failure-card.tsx';
import { tellFullText } from '../components/full-text.ts';
import { Toasts } from '../components/toasts.tsx';
import { acceptDrops } from '../features/documents/accept-drops.ts';
import { Prompts } from '../features/documents/prompts.tsx';
import { StartScreen } from '../features/documents/start-screen.tsx';
import { Tour } from '../features/documents/tour.tsx';
import { handleKey, SCREEN_INFO } from '../state/commands.ts';
import { useDocument } from '../state/document/store.ts';
import { handleShellCommand } from '../state/shell-commands.ts';
import { useUi } from '../state/ui.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import styles from './frame.module.css';
import { Panels } from './panels.tsx';
import { Rail } from './rail.tsx';
import { Screen } from './screen.tsx';
import { StatusBar } from './status-bar.tsx';
import { TitleBar } from './title-bar.tsx';

/** The frame around every screen. */
export function Frame() {
  const hasDocument = useDocument((state) => state.open !== null);
  const screen = useUi((state) => state.screen);
  const main = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is another screen
  useEffect(() => {
    // The focus was on the screen that has gone: it goes on with this one.
    if (document.activeElement === document.body) main.current?.focus();
  }, [screen]);
  useEffect(tellFullText, []);
  useEffect(acceptDrops, []);
  useEffect(() => {
    window.addEventListener('keydown', handleKey);
    const stop = shell?.onCommand(handleShellCommand);
    return () => {
      window.removeEventListener('keydown', handleKey);
      stop?.();
    };
  }, []);

  return (
    <div className={styles.frame}>
      <TitleBar />
      <ConnectionBanner />
      {hasDocument || screen === 'open' || screen === 'compare' ? (
        <div className={styles.middle}>
          <Rail />
          <main ref={main} className={styles.screen} key={screen} id="screen" tabIndex={-1}>
            <h1 className="visually-hidden">{SCREEN_INFO.find(({ id }) => id === screen)?.title}</h1>
            <ErrorBoundary fallback={stopped}>
              <Screen id={screen} />
            </ErrorBoundary>
          </main>
        </div>
      ) : (
        <StartScreen />
      )}
      <StatusBar />
      <Panels />
      <Prompts />
      <Toasts />
      {hasDocument && <Tour />}
    </div>
  );
}

function stopped(failure: ShownFailure, retry: () => void) {
  return (
    <div className={styles.stopped}>
      <FailureCard title="This screen stopped" failure={failure} onRetry={retry} />
    </div>
  );
}
