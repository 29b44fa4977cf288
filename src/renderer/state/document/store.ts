import { create } from 'zustand';
import type { OpenedDocument } from '../../../shared/contract/documents.ts';
import type { SourceDescription } from '../../../shared/contract/sources.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import { changed, type History, redone, startHistory, undone } from '../history.ts';
import type { Edit } from './edits.ts';

/** The document of this window. */
export interface OpenDocument {
  /** Stays the same across reloads; jobs and unsaved work belong to it. */
  readonly draft: string;
  readonly path: string | null;
  readonly fingerprint: string | null;
  readonly history: History<StrataDocument>;
  /** The document as the file holds it; null where there is no file. */
  readonly saved: StrataDocument | null;
  /** The document as it was when it was opened, to tell whether an unsaved one was touched. */
  readonly original: StrataDocument;
  readonly source: SourceDescription;
}

export interface DocumentState {
  readonly open: OpenDocument | null;
}

export const useDocument = create<DocumentState>(() => ({ open: null }));

export function openedAs(opened: OpenedDocument, draft: string): OpenDocument {
  return {
    draft,
    path: opened.path,
    fingerprint: opened.fingerprint,
    history: startHistory(opened.document),
    saved: opened.path === null ? null : opened.document,
    original: opened.document,
    source: opened.source,
  };
}

export function currentDocument(): StrataDocument | null {
  return useDocument.getState().open?.history.present ?? null;
}

/** Whether closing would lose something. */
export function isEdited(open: OpenDocument): boolean {
  const kept = open.saved ?? open.original;
  const { present } = open.history;
  return present !== kept && JSON.stringify(present) !== JSON.stringify(kept);
}

function update(change: (open: OpenDocument) => OpenDocument): void {
  useDocument.setState((state) => (state.open === null ? state : { open: change(state.open) }));
}

/** Changes the document; undo takes it back. */
export function edit(make: (document: StrataDocument) => Edit): void {
  update((open) => {
    const { document, title, group } = make(open.history.present);
    return { ...open, history: changed(open.history, document, { title, group: group ?? null }) };
  });
}

export function undo(): void {
  update((open) => ({ ...open, history: undone(open.history) }));
}

export function redo(): void {
  update((open) => ({ ...open, history: redone(open.history) }));
}

export function setSourceDescription(source: SourceDescription): void {
  update((open) => ({ ...open, source }));
}

export function markSaved(path: string, fingerprint: string, document: StrataDocument): void {
  update((open) => ({ ...open, path, fingerprint, saved: document }));
}

/** The open document, for components that are only shown while there is one. */
export function useOpen(): OpenDocument {
  const open = useDocument((state) => state.open);
  if (open === null) throw new Error('No document is open.');
  return open;
}

export function useTheDocument(): StrataDocument {
  return useOpen().history.present;
}

/** What a document is called in the window: its file's name, else its image's. */
export function documentTitle(open: OpenDocument): string {
  if (open.path === null) return open.history.present.name;
  const file = open.path.slice(Math.max(open.path.lastIndexOf('/'), open.path.lastIndexOf('\\')) + 1);
  return file.replace(/(\.strata)?\.json$/, '');
}
