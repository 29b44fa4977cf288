import type { z } from 'zod';
import { documentSchema, runtimeConfigSchema } from '../../../shared/document.ts';

/** What is wrong with a value, in the schema's words; null where it is right. */
function problemOf(schema: z.ZodType, value: unknown): string | null {
  const result = schema.safeParse(value);
  return result.success ? null : messageOf(result.error.issues[0]);
}

/** What is wrong with a key of a record lies one level deeper: the record only says that a key is. */
function messageOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'not valid';
  return issue.code === 'invalid_key' ? messageOf(issue.issues[0]) : issue.message;
}

const { shape } = runtimeConfigSchema;

export const CHECKS = {
  name: (text: string) => problemOf(documentSchema.shape.name, text),
  tag: (text: string) => problemOf(documentSchema.shape.tag, text),
  created: (text: string) => (text === '' ? null : problemOf(documentSchema.shape.created, text)),
  workingDir: (text: string) => (text === '' ? null : problemOf(shape.WorkingDir, text)),
  port: (text: string) => portProblem(text) ?? problemOf(shape.ExposedPorts, { [text]: {} }),
  volume: (text: string) => problemOf(shape.Volumes, { [text]: {} }),
  variable: (text: string) => problemOf(shape.Env, [text]),
  signal: (text: string) =>
    text === '' || /^(SIG)?[A-Z][A-Z0-9+-]*$|^\d{1,2}$/.test(text) ? null : 'a signal such as SIGTERM',
  argument: () => null,
} as const satisfies Record<string, (text: string) => string | null>;

/** The schema checks the form of a port; a number above 65535 is none. */
function portProblem(text: string): string | null {
  const number = Number.parseInt(text, 10);
  return number > 65535 || number === 0 ? 'a port from 1 to 65535' : null;
}

/** Messages of the schema are what was expected; as a sentence they say so. */
export function asSentence(problem: string): string {
  return /^(a|an|NAME)\b/.test(problem) ? `Expected ${problem}.` : `${problem}.`.replace(/\.\.$/, '.');
}
