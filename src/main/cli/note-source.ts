import { describeSource } from '../nix/source/resolved-source.ts';
import type { Composition } from '../verbs/compose.ts';
import type { Terminal } from './terminal.ts';

/** Says where the packages came from, why, and what was done to their names. */
export function noteSource(terminal: Terminal, { sources, notices, graph }: Composition): void {
  for (const { name, source } of sources) {
    terminal.note(`Source${name === null ? '' : ` ${name}`}: ${describeSource(source)}. ${source.reason}`);
  }
  for (const notice of notices) terminal.note(`note: ${notice}`);
  if (graph.size === 0) terminal.note('note: the image has no packages.');
}
