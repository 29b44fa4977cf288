import type { StrataDocument } from '../document.ts';
import { imageHealthcheck } from './healthcheck.ts';

/** A document's configuration as an image has it: durations in nanoseconds. */
export function imageConfigOf({ Healthcheck, ...config }: StrataDocument['config']) {
  return Healthcheck === undefined ? config : { ...config, Healthcheck: imageHealthcheck(Healthcheck) };
}
