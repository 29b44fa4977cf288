import type { StrataDocument } from '../../shared/document.ts';
import { showScreen } from './ui.ts';

/** The field of a document that a failure is about, with what was in it; null where it is about none. */
export interface RefusedField {
  readonly field: string;
  readonly value: unknown;
}

export function refusedField(details: unknown): RefusedField | null {
  if (typeof details !== 'object' || details === null || !('field' in details)) return null;
  const { field } = details;
  return typeof field === 'string' ? { field, value: 'value' in details ? details.value : undefined } : null;
}

/** Whether the document has something else by now in the field that a failure is about. */
export function isMended(details: unknown, document: StrataDocument): boolean {
  const refused = refusedField(details);
  if (refused === null) return false;
  const now = refused.field
    .split('.')
    .reduce<unknown>((value, key) => new Map(Object.entries(value ?? {})).get(key), document);
  return JSON.stringify(now) !== JSON.stringify(refused.value);
}

/** Where each field that may be refused is edited: the control has its name. */
const SCREENS = { 'config.User': 'config' } as const;
type EditedField = keyof typeof SCREENS;

/** Whether this window has a control for a field. */
export function isEditedHere(field: string): field is EditedField {
  return Object.hasOwn(SCREENS, field);
}

/** Shows the field, with the focus in it. */
export function goToField(field: EditedField): void {
  showScreen(SCREENS[field]);
  requestAnimationFrame(() => document.getElementsByName(field)[0]?.focus());
}
