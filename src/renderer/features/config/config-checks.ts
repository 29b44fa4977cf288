import { documentSchema, runtimeConfigSchema } from '../../../shared/document.ts';
import { problemOf } from '../../state/document/schema-problem.ts';

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
  annotation: (text: string) =>
    /^[^=]+=/.test(text) ? null : 'NAME=value; an empty value leaves out a usual one',
  argument: () => null,
} as const satisfies Record<string, (text: string) => string | null>;

/** The schema checks the form of a port; a number above 65535 is none. */
function portProblem(text: string): string | null {
  const number = Number.parseInt(text, 10);
  return number > 65535 || number === 0 ? 'a port from 1 to 65535' : null;
}
