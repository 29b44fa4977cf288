import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  betweenMarkers,
  folderOf,
  printedHouses,
  readmeLines,
  withReadmeLines,
} from '../test/structure/print-rooms.ts';
import { HOUSES } from '../test/structure/rooms.ts';

/** Writes what docs/architecture.md and the README of each room say of `test/structure/rooms.ts`. */
const root = join(import.meta.dirname, '..');
const architecture = join(root, 'docs/architecture.md');
writeFileSync(architecture, betweenMarkers(readFileSync(architecture, 'utf8'), printedHouses()));
for (const house of HOUSES) {
  for (const room of house.rooms) {
    const file = join(root, folderOf(house, room), 'README.md');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    writeFileSync(file, withReadmeLines(text, readmeLines(house, room)));
  }
}
