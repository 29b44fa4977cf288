import { InvalidArgumentError } from 'commander';

/** An option's value as a whole number. In a file of its own: small commands need nothing else of the options. */
export function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A whole number is wanted.');
  return Number(text);
}
