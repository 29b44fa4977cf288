import { storePathName } from '../../engine/graph/closure-graph.ts';

/** What to call a store path or a derivation on a line: its name, without directory, hash and `.drv`. */
export function storeObjectName(path: string): string {
  return storePathName(path).replace(/\.drv$/, '');
}
