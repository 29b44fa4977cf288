import { directoriesSchema } from '../../../shared/document/root-fields.ts';
import { asSentence, problemOf } from '../../state/document/schema-problem.ts';

const CHECKS = directoriesSchema.element.shape;

/** What is wrong with what was typed; nothing is wrong with a field that is empty. */
export function wrong(field: keyof typeof CHECKS, text: string): string | null {
  const problem = text === '' ? null : problemOf(CHECKS[field], text);
  if (problem === null) return null;
  // The schema speaks of JSON.
  return field === 'mode' ? 'Expected octal digits such as 0755.' : asSentence(problem);
}
