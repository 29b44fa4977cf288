import type { Selection, StrataDocument } from '../../shared/document.ts';
import { sourceFields } from '../../shared/package-sources.ts';

/** What catalog and source procedures need of a document. */
export function sourceSelection(document: StrataDocument, documentPath: string | null) {
  const { system } = document;
  return { ...sourceFields(document), documentPath, ...(system === undefined ? {} : { system }) };
}

/** The part of a document that decides the closure, as text to compare. */
export function selectionKey(selection: Selection): string {
  const { source, importArguments, sources, system, packages, defaults } = selection;
  return JSON.stringify([source, importArguments, sources ?? {}, system ?? null, packages, defaults]);
}

/** Whether two selections take their packages from the same sources, for the same system. */
export function isOfSameSources(one: Selection, other: Selection): boolean {
  const sources = (of: Selection) => selectionKey({ ...of, packages: [], defaults: one.defaults });
  return sources(one) === sources(other);
}
