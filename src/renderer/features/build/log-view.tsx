import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { Derivation } from '../../../shared/contract/job-kinds.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { toFailure } from '../../client/failure.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { CopyButton } from '../../components/failure-card.tsx';
import { host } from '../../state/host.ts';
import { isOver } from '../../state/jobs.ts';
import { reportFailure } from '../../state/notices.ts';
import { useStream } from '../../state/use-stream.ts';
import { EMPTY_LOG, type LogState, withChunk } from './log-lines.ts';
import styles from './log-view.module.css';

const LINE = 18;

export interface LogViewProps {
  readonly job: Job;
  /** null: the log of the job itself. */
  readonly derivation: Derivation | null;
}

/** The log of a derivation, live, and of this one only: another has a view of its own. It stays at the end until the reader scrolls up. */
export function LogView({ job, derivation }: LogViewProps) {
  const path = derivation?.derivation ?? null;
  /** What builds says “error” of much that goes well: that a line is red says that it is what went wrong. */
  const hasFailed = (derivation ?? job).state === 'failed';
  const log = useLog(job.id, path);
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const virtual = useVirtualizer({
    count: log.lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: goes to the end when lines are added
  useEffect(() => {
    if (follows.current) virtual.scrollToIndex(log.lines.length - 1);
  }, [log.lines.length]);

  return (
    <section className={styles.pane} aria-label="Log">
      <header className={styles.head}>
        <h2 className={styles.title}>{derivation?.name ?? 'Nix'}</h2>
        <CopyButton text={log.lines.join('\n')} title="Copy log" />
      </header>
      {log.lines.length === 0 ? (
        <EmptyState plain title={isOver(job) ? 'No log' : 'Nothing was logged yet'}>
          {derivation === null ? 'Choose a derivation to see what it says.' : null}
        </EmptyState>
      ) : (
        <div
          ref={scroller}
          className={styles.log}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label={`Log of ${derivation?.name ?? 'Nix'}`}
          onScroll={({ currentTarget }) => {
            const { scrollTop, scrollHeight, clientHeight } = currentTarget;
            follows.current = scrollHeight - scrollTop - clientHeight < 2 * LINE;
          }}
        >
          <div style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => (
              <div key={index} className={styles.line} style={{ transform: `translateY(${start}px)` }}>
                <span className={styles.number}>{log.firstLine + index + 1}</span>
                <span
                  data-bad={
                    (hasFailed && /\berror\b|\bfailed\b/i.test(itemAt(log.lines, index))) || undefined
                  }
                >
                  {log.lines[index]}
                </span>
              </div>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

function useLog(id: string, derivation: string | null): LogState {
  const [log, setLog] = useState<LogState>(EMPTY_LOG);
  const state = useRef(EMPTY_LOG);
  const frame = useRef(0);
  useStream(`${id} ${derivation}`, {
    open: (signal) => {
      const { firstLine, lines } = state.current;
      return host().jobs.followLog({ id, derivation, from: firstLine + lines.length }, { signal });
    },
    onEvent: (chunk) => {
      state.current = withChunk(state.current, chunk);
      // A talkative build sends many chunks a frame.
      frame.current ||= requestAnimationFrame(() => {
        frame.current = 0;
        setLog(state.current);
      });
    },
    onFailure: (error) => {
      // Of a job that ended with its host there is no log to go on with.
      if (toFailure(error)?.code !== 'not-found') reportFailure('The log could not be read', error);
    },
  });
  return log;
}
