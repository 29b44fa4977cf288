import type { z } from 'zod';

/** What is wrong with a value, in the schema's words; null where it is right. */
export function problemOf(schema: z.ZodType, value: unknown): string | null {
  const result = schema.safeParse(value);
  return result.success ? null : messageOf(result.error.issues[0]);
}

/** What is wrong with a key of a record lies one level deeper: the record only says that a key is. */
function messageOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'not valid';
  return issue.code === 'invalid_key' ? messageOf(issue.issues[0]) : issue.message;
}

/** Messages of the schema are what was expected; as a sentence they say so. */
export function asSentence(problem: string): string {
  return /^(a|an|NAME|USER)\b/.test(problem) ? `Expected ${problem}.` : `${problem}.`.replace(/\.\.$/, '.');
}
