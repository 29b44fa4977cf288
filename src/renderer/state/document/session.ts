import { z } from 'zod';
import { sourceDescriptionSchema } from '../../../shared/contract/sources.ts';
import { documentSchema } from '../../../shared/document.ts';
import type { OpenDocument } from './store.ts';

/** What a window remembers across a reload, and only then: sessionStorage ends with the window. */
const KEY = 'strata.document';

/** Of a history: enough to take back what one has just done, and little to write at every change. */
const MOST_STEPS = 50;
const MOST_SIGNS = 1_000_000;

const stepsSchema = z
  .array(z.object({ value: documentSchema, title: z.string(), group: z.string().nullable() }))
  .catch([]);

const sessionSchema = z.object({
  draft: z.uuid(),
  path: z.string().nullable(),
  fingerprint: z.string().nullable(),
  past: stepsSchema,
  present: documentSchema,
  future: stepsSchema,
  saved: documentSchema.nullable(),
  original: documentSchema,
  source: sourceDescriptionSchema,
});

export function rememberSession(open: OpenDocument | null): void {
  if (open === null) {
    sessionStorage.removeItem(KEY);
    return;
  }
  const { draft, path, fingerprint, saved, original, source, history } = open;
  const steps = Math.min(MOST_STEPS, Math.floor(MOST_SIGNS / JSON.stringify(history.present).length));
  const session: z.infer<typeof sessionSchema> = {
    draft,
    path,
    fingerprint,
    past: steps === 0 ? [] : history.past.slice(-steps),
    present: history.present,
    future: history.future.slice(0, steps),
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
  const { past, present, future, saved, original, ...rest } = session;
  return {
    ...rest,
    history: { past, present, future },
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
