import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { RUN_ENGINES, StartRunRequest } from '../../../shared/contract/runs.ts';
import { askForTrust, refOf } from '../../state/document/actions.ts';
import { withoutUndefined } from '../../state/document/edits.ts';
import { useDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { commandWords } from './command-words.ts';

type Engine = (typeof RUN_ENGINES)[number];

/** What the next run is asked for; it stays while other screens are shown, and across a reload. */
export interface RunChoice {
  readonly command: string;
  readonly engine: Engine | '';
  readonly hasNetwork: boolean;
  readonly isReadOnly: boolean;
  /** As they are written, with blanks or commas between them. */
  readonly ports: string;
  readonly memory: string;
  readonly cpus: string;
  readonly pids: string;
  /** The run that is shown; the newest where it is null. */
  readonly shown: string | null;
}

export const useRunChoice = create<RunChoice>()(
  persist(
    (): RunChoice => ({
      command: '',
      engine: '',
      hasNetwork: false,
      isReadOnly: false,
      ports: '',
      memory: '',
      cpus: '',
      pids: '',
      shown: null,
    }),
    { name: 'strata.run', storage: createJSONStorage(() => sessionStorage) },
  ),
);

export function chooseRun(change: Partial<RunChoice>): void {
  useRunChoice.setState(change);
}

export function portsOf({ ports }: Pick<RunChoice, 'ports'>): string[] {
  return ports.split(/[\s,]+/).filter((port) => port !== '');
}

/** Whether what runs images can limit what a program takes. */
export function canLimit({ engine }: Pick<RunChoice, 'engine'>): boolean {
  return engine === 'podman' || engine === 'docker';
}

function limitsOf(choice: RunChoice): StartRunRequest['limits'] {
  const { memory, cpus, pids } = choice;
  if (!canLimit(choice)) return {};
  return withoutUndefined({
    memory: memory || undefined,
    cpus: cpus || undefined,
    pids: pids === '' ? undefined : Number(pids),
  });
}

/** Until the terminal is drawn and says how large it is. */
const FIRST_SIZE: Pick<StartRunRequest, 'columns' | 'rows'> = { columns: 80, rows: 24 };

/** Starts the image of the open document, or a shell in it. */
export async function startRun(isShell: boolean): Promise<void> {
  const { open } = useDocument.getState();
  if (open === null || !(await askForTrust())) return;
  const choice = useRunChoice.getState();
  const words = commandWords(choice.command);
  const ports = portsOf(choice);
  const { jobId } = await host().runs.start({
    ref: refOf(open),
    document: open.history.present,
    words: isShell || words.length === 0 ? null : words,
    isShell,
    engine: choice.engine || null,
    hasNetwork: choice.hasNetwork || ports.length > 0,
    ports,
    limits: limitsOf(choice),
    isReadOnly: choice.isReadOnly,
    ...FIRST_SIZE,
  });
  chooseRun({ shown: jobId });
}

/** Runs again what a run ran, in the image as the document is now; one that still runs is ended first. */
export async function restartRun(id: string): Promise<void> {
  const { open } = useDocument.getState();
  if (open === null || !(await askForTrust())) return;
  const { jobId } = await host().runs.restart({ id, document: open.history.present });
  chooseRun({ shown: jobId });
}
