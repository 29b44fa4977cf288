import { useEffect } from 'react';
import { shell } from '../../client/transport.ts';
import { Toasts } from '../../components/toasts.tsx';
import { handleKey } from '../../state/commands.ts';
import { useDocument } from '../../state/document/store.ts';
import { handleShellCommand } from '../../state/shell-commands.ts';
import { useUi } from '../../state/ui.ts';
import { Prompts } from '../documents/prompts.tsx';
import { StartScreen } from '../documents/start-screen.tsx';
import { Tour } from '../documents/tour.tsx';
import { Panels } from '../palette/panels.tsx';
import styles from './frame.module.css';
import { Rail } from './rail.tsx';
import { Screen } from './screen.tsx';
import { StatusBar } from './status-bar.tsx';
import { TitleBar } from './title-bar.tsx';

/** The frame around every screen. */
export function Frame() {
  const hasDocument = useDocument((state) => state.open !== null);
  const screen = useUi((state) => state.screen);
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
      {hasDocument || screen === 'open' || screen === 'compare' ? (
        <div className={styles.middle}>
          <Rail />
          <main className={styles.screen} key={screen} id="screen">
            <Screen id={screen} />
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
