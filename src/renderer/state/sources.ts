import type { Selection, StrataDocument } from '../../shared/document.ts';

/** What catalog and source procedures need of a document. */
export function sourceSelection(document: StrataDocument, documentPath: string | null) {
  const { source, importArguments, system } = document;
  return { source, importArguments, documentPath, ...(system === undefined ? {} : { system }) };
}

/** The part of a document that decides the closure, as text to compare. */
export function selectionKey(selection: Selection): string {
  const { source, importArguments, system, packages, defaults } = selection;
  return JSON.stringify([source, importArguments, system ?? null, packages, defaults]);
}
