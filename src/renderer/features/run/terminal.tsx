import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import { toFailure } from '../../client/failure.ts';
import { followHost, host } from '../../state/host.ts';
import { reportFailure } from '../../state/notices.ts';
import styles from './run-screen.module.css';
import { withStyleNonce } from './style-elements.ts';

/** The same in the light and the dark: programs choose their colours for a dark one. */
const LOOK = {
  fontFamily: "'JetBrains Mono Variable', monospace",
  fontSize: 13,
  theme: { background: '#14161a', foreground: '#e4e6ea', cursor: '#e4e6ea' },
  // What is on it can be read by screen readers.
  screenReaderMode: true,
} as const;

/** The terminal of a run: what the program writes, and what is typed to it. */
export function RunTerminal({ job }: { readonly job: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    const end = new AbortController();
    const { terminal, fit } = openTerminal(place.current);
    const tell = (work: Promise<unknown>) =>
      work.catch((error: unknown) => reportFailure('The program could not be reached', error));
    terminal.onData((text) => void tell(host().runs.write({ id: job, text })));
    terminal.onResize(({ cols, rows }) => void tell(host().runs.resize({ id: job, columns: cols, rows })));
    // Escape alone is the program's; with Shift, the keyboard gets out.
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.key !== 'Escape' || !event.shiftKey) return true;
      terminal.blur();
      return false;
    });
    let next = 0;
    followHost(
      (signal) => host().runs.follow({ id: job, from: next }, { signal }),
      ({ from, text }) => {
        next = from + text.length;
        terminal.write(text);
      },
      end.signal,
    ).catch((error: unknown) => {
      if (toFailure(error)?.code !== 'not-found') reportFailure('The output could not be followed', error);
    });
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(place.current);
    void tell(host().runs.resize({ id: job, columns: terminal.cols, rows: terminal.rows }));
    terminal.focus();
    return () => {
      end.abort();
      observer.disconnect();
      terminal.dispose();
    };
  }, [job]);
  return <div ref={place} className={styles.terminal} />;
}

/** What a run that is over has written. */
export function PastOutput({ text }: { readonly text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    const { terminal } = openTerminal(place.current, true);
    terminal.write(text);
    return () => terminal.dispose();
  }, [text]);
  return <div ref={place} className={styles.terminal} />;
}

function openTerminal(place: HTMLElement, isOver = false): { terminal: Terminal; fit: FitAddon } {
  const terminal = new Terminal({ ...LOOK, disableStdin: isOver });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withStyleNonce(() => terminal.open(place));
  fit.fit();
  return { terminal, fit };
}
