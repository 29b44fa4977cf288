import { z } from 'zod';
import { sourceDescriptionSchema } from '../../../shared/contract/sources.ts';
import { documentSchema } from '../../../shared/document.ts';
import { startHistory } from '../history.ts';
import type { OpenDocument } from './store.ts';

/** What a window remembers across a reload, and only then: sessionStorage ends with the window. */
const KEY = 'strata.document';

const sessionSchema = z.object({
  draft: z.uuid(),
  path: z.string().nullable(),
  fingerprint: z.string().nullable(),
  present: documentSchema,
  saved: documentSchema.nullable(),
  original: documentSchema,
  source: sourceDescriptionSchema,
});

export function rememberSession(open: OpenDocument | null): void {
  if (open === null) {
    sessionStorage.removeItem(KEY);
    return;
  }
  const { draft, path, fingerprint, saved, original, source } = open;
  const session: z.infer<typeof sessionSchema> = {
    draft,
    path,
    fingerprint,
    present: open.history.present,
    saved,
    original,
    source,
  };
  sessionStorage.setItem(KEY, JSON.stringify(session));
}

/** The document that this window showed before it was reloaded, or null. */
export function recallSession(): OpenDocument | null {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return null;
  const session = sessionSchema.safeParse(parseJson(text)).data;
  if (session === undefined) return null;
  const { present, saved, original, ...rest } = session;
  return {
    ...rest,
    history: startHistory(present),
    saved,
    original,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
