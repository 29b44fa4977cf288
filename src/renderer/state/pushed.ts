import { z } from 'zod';
import type { OpenDocument } from './document/store.ts';
import { useSettings, viewStorage } from './settings.ts';

const KEY = 'push.to';
const MOST = 50;
const pushesSchema = z.array(z.tuple([z.string(), z.string()]));

/** What a document is known by after it was closed: its file, else its draft. */
type Pushed = Pick<OpenDocument, 'path' | 'draft'>;

/** Where the image of a document was pushed last; null where it never was. */
export function usePushedTo(open: Pushed | null): string | null {
  const text = useSettings(({ settings }) => settings?.view[KEY]);
  return open === null ? null : lastReference(text, open);
}

export function rememberPush(open: Pushed, reference: string): void {
  const others = readPushes(viewStorage.getItem(KEY)).filter(([name]) => !namesOf(open).includes(name));
  const pushes = [...namesOf(open).map((name) => [name, reference] as const), ...others];
  viewStorage.setItem(KEY, JSON.stringify(pushes.slice(0, MOST)));
}

function lastReference(text: unknown, open: Pushed): string | null {
  const pushes = new Map(readPushes(text).toReversed());
  for (const name of namesOf(open)) {
    const reference = pushes.get(name);
    if (reference !== undefined) return reference;
  }
  return null;
}

function namesOf({ path, draft }: Pushed): string[] {
  return [...(path === null ? [] : [path]), `draft ${draft}`];
}

function readPushes(text: unknown): z.infer<typeof pushesSchema> {
  try {
    return pushesSchema.parse(JSON.parse(typeof text === 'string' ? text : '[]'));
  } catch {
    return [];
  }
}
