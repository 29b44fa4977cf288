import type { OpenedDocument } from '../../../shared/contract/documents.ts';
import type { PRESET_IDS } from '../../../shared/image-presets.ts';
import { toFailure } from '../../client/failure.ts';
import { loadLatest } from '../closure/store.ts';
import { host } from '../host.ts';
import { inBackground, notify, reportFailure } from '../notices.ts';
import { ask, chooseFile } from '../prompts.ts';
import { sourceSelection } from '../sources.ts';
import { setSource } from './edits.ts';
import {
  currentDocument,
  documentTitle,
  edit,
  isEdited,
  markSaved,
  type OpenDocument,
  openedAs,
  setSourceDescription,
  undo,
  useDocument,
} from './store.ts';

const FILTERS = [{ name: 'Strata document', extensions: ['strata.json', 'strata'] }];

/** Lets go of the open document, if the user agrees to lose what is not saved. @returns whether they do */
export async function mayReplaceDocument(): Promise<boolean> {
  const { open } = useDocument.getState();
  if (open === null || !isEdited(open)) return true;
  const answer = await ask({ type: 'unsaved', title: documentTitle(open) });
  if (answer === 'cancel') return false;
  if (answer === 'save') return saveDocument();
  await host().documents.discardDraft({ draft: open.draft });
  return true;
}

function show(opened: OpenedDocument, draft: string = crypto.randomUUID()): void {
  const open = openedAs(opened, draft);
  useDocument.setState({ open });
  inBackground('The last build could not be loaded', () => loadLatest(refOf(open)));
  // The document is open now; what is to be asked about it must not hold up the window that asks.
  inBackground('The document could not be prepared', async () => {
    if (opened.recovery !== null) await offerRecovery(open, opened.recovery);
    if (!opened.source.trusted) await askForTrust();
  });
}

export function refOf(open: OpenDocument): { draft: string; path: string | null } {
  return { draft: open.draft, path: open.path };
}

async function offerRecovery(
  open: OpenDocument,
  recovery: NonNullable<OpenedDocument['recovery']>,
): Promise<void> {
  const draft = { ...recovery, path: open.path, fingerprint: open.fingerprint };
  const recover = await ask({ type: 'recover', draft });
  if (recover) edit(() => ({ document: recovery.document, title: 'Recover unsaved work' }));
  await host().documents.discardDraft({ draft: recovery.draft });
}

/** Shows where the packages come from, and lets their code run only if the user says so. @returns whether it may */
export async function askForTrust(): Promise<boolean> {
  const { open } = useDocument.getState();
  if (open === null) return false;
  const selection = sourceSelection(open.history.present, open.path);
  // Asked anew: overlays are code too, and they may have changed since the document was opened.
  const source = await host().sources.describe(selection);
  setSourceDescription(source);
  if (source.trusted) return true;
  if (!(await ask({ type: 'trust', source }))) return false;
  setSourceDescription(await host().sources.trust(selection));
  return true;
}

function opening(title: string, read: () => Promise<OpenedDocument>): Promise<boolean> {
  return read()
    .then((opened) => show(opened))
    .then(
      () => true,
      (error: unknown) => {
        reportFailure(title, error);
        return false;
      },
    );
}

export async function newDocument(): Promise<void> {
  if (await mayReplaceDocument()) await opening('No new document', () => host().documents.blank());
}

export async function openExample(): Promise<void> {
  if (await mayReplaceDocument()) {
    await opening('The example could not be opened', () => host().documents.example());
  }
}

/** A new document that begins as one of a kind. */
export async function newFromPreset(id: (typeof PRESET_IDS)[number]): Promise<void> {
  if (await mayReplaceDocument()) await opening('No new document', () => host().documents.preset({ id }));
}

export async function openPath(path: string): Promise<boolean> {
  if (!(await mayReplaceDocument())) return false;
  return opening('The document could not be opened', () => host().documents.open({ path }));
}

export async function openText(text: string, name: string): Promise<void> {
  if (!(await mayReplaceDocument())) return;
  await opening(`${name} could not be opened`, () => host().documents.parse({ text, name }));
}

export async function openWithDialog(): Promise<void> {
  const path = await chooseFile('open', {
    title: 'Open a document',
    defaultPath: null,
    filters: FILTERS,
    directory: false,
  });
  if (path !== null) await openPath(path);
}

/** @returns whether it was saved */
export async function saveDocument(): Promise<boolean> {
  const { open } = useDocument.getState();
  if (open === null) return false;
  return open.path === null ? saveDocumentAs() : write(open, open.path, open.fingerprint, false);
}

export async function saveDocumentAs(): Promise<boolean> {
  const { open } = useDocument.getState();
  if (open === null) return false;
  const name = `${documentTitle(open).replaceAll('/', '-')}.strata.json`;
  const path = await chooseFile('save', {
    title: 'Save the document',
    defaultPath: open.path ?? name,
    filters: FILTERS,
    directory: false,
  });
  if (path === null) return false;
  return write(open, path, path === open.path ? open.fingerprint : null, false);
}

async function write(
  open: OpenDocument,
  path: string,
  fingerprint: string | null,
  replace: boolean,
): Promise<boolean> {
  const document = open.history.present;
  try {
    const saved = await host().documents.save({ draft: open.draft, path, document, fingerprint, replace });
    markSaved(saved.path, saved.fingerprint, document);
    notify({ tone: 'success', title: 'Saved', detail: saved.path });
    return true;
  } catch (error) {
    if (toFailure(error)?.code === 'conflict' && !replace) {
      const again = await ask({
        type: 'confirm',
        title: 'Replace the file?',
        subject: path,
        text: 'It is not as this window knows it: it was written by something else, or it is another file.',
        stay: 'Keep that file',
        go: 'Replace it',
      });
      return again && write(open, path, fingerprint, true);
    }
    reportFailure('The document could not be saved', error, () => void saveDocument());
    return false;
  }
}

/** Changes the document in a way that may come as a surprise: says so, and offers to take it back. */
export function editAndTell(make: Parameters<typeof edit>[0], title: string, detail: string): void {
  edit(make);
  const after = currentDocument();
  notify({
    tone: 'info',
    title,
    detail,
    action: { title: 'Undo', run: () => currentDocument() === after && undo() },
  });
}

/** Takes packages from another source. */
export function switchSource(source: Parameters<typeof setSource>[1], title: string): void {
  edit((document) => setSource(document, source, title));
}

/** Asks the host what the source of the document is, after it has changed. */
export async function refreshSourceDescription(): Promise<void> {
  const { open } = useDocument.getState();
  if (open === null) return;
  const document = open.history.present;
  const source = await host().sources.describe(sourceSelection(document, open.path));
  if (useDocument.getState().open?.history.present.source === document.source) setSourceDescription(source);
}
