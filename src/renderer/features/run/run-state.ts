import { create } from 'zustand';
import type { RUN_ENGINES, StartRunRequest } from '../../../shared/contract/runs.ts';
import { askForTrust, refOf } from '../../state/document/actions.ts';
import { useDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { commandWords } from './command-words.ts';

type Engine = (typeof RUN_ENGINES)[number];

/** What the next run is asked for; it stays while other screens are shown. */
interface RunChoice {
  readonly command: string;
  readonly engine: Engine | '';
  readonly hasNetwork: boolean;
  readonly isReadOnly: boolean;
  /** The run that is shown; the newest where it is null. */
  readonly shown: string | null;
}

export const useRunChoice = create<RunChoice>(() => ({
  command: '',
  engine: '',
  hasNetwork: false,
  isReadOnly: false,
  shown: null,
}));

export function chooseRun(change: Partial<RunChoice>): void {
  useRunChoice.setState(change);
}

/** Until the terminal is drawn and says how large it is. */
const FIRST_SIZE: Pick<StartRunRequest, 'columns' | 'rows'> = { columns: 80, rows: 24 };

/** Starts the image of the open document, or a shell in it. */
export async function startRun(isShell: boolean): Promise<void> {
  const { open } = useDocument.getState();
  if (open === null || !(await askForTrust())) return;
  const { command, engine, hasNetwork, isReadOnly } = useRunChoice.getState();
  const words = commandWords(command);
  const { jobId } = await host().runs.start({
    ref: refOf(open),
    document: open.history.present,
    words: isShell || words.length === 0 ? null : words,
    isShell,
    engine: engine || null,
    hasNetwork,
    isReadOnly,
    ...FIRST_SIZE,
  });
  chooseRun({ shown: jobId });
}
