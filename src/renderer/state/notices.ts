import { create } from 'zustand';
import { type ShownFailure, toFailure } from '../client/failure.ts';

/** A short message at the edge of the window. Failures stay until they are dismissed. */
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'success' | 'failure';
  readonly title: string;
  readonly detail?: string | undefined;
  readonly failure?: ShownFailure | undefined;
  readonly action?: { readonly title: string; readonly run: () => void } | undefined;
}

export const useNotices = create<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

let nextId = 1;
const MOST_AT_ONCE = 4;

export function notify(notice: Omit<Notice, 'id'>): void {
  const added = { ...notice, id: nextId++ };
  // The same again takes the place of what is there: a failure that goes on would fill the corner.
  const isSame = ({ title, detail }: Notice) => title === notice.title && detail === notice.detail;
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((other) => !isSame(other)), added].slice(-MOST_AT_ONCE),
  }));
}

export function dismissNotice(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/** Shows what went wrong. Cancelled is not shown. */
export function reportFailure(title: string, error: unknown, retry?: () => void): void {
  const failure = toFailure(error);
  if (failure === null) return;
  notify({
    tone: 'failure',
    title,
    detail: failure.message,
    failure,
    action: retry && { title: 'Try again', run: retry },
  });
}

/** Runs something that nobody waits for; what goes wrong is shown. */
export function inBackground(title: string, work: () => Promise<unknown>): void {
  const run = () => {
    work().catch((error: unknown) => reportFailure(title, error, run));
  };
  run();
}
