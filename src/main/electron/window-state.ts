import type { Rectangle } from 'electron';
import { z } from 'zod';
import { readOwnJson } from '../files/own-json.ts';
import { writeOwnFile } from '../files/write-whole.ts';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

const SIZE = { width: 1280, height: 800 };
const CASCADE = 28;

export function readWindowState(file: string): WindowState | undefined {
  return readOwnJson(file, stateSchema);
}

export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  await writeOwnFile(file, JSON.stringify(state));
}

/**
 * Where a new window goes: where the last one was, a little further for each that is open, and only where a display
 * still shows it.
 *
 * @param displays work areas of the displays
 */
export function placeWindow(
  last: WindowState | undefined,
  openWindows: number,
  displays: readonly Rectangle[],
): Partial<Rectangle> {
  if (last === undefined) return SIZE;
  const shift = (openWindows % 8) * CASCADE;
  const place = { x: last.x + shift, y: last.y + shift, width: last.width, height: last.height };
  const isShown = displays.some((display) => overlap(place, display) >= (place.width * place.height) / 4);
  return isShown ? place : { width: place.width, height: place.height };
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(width, 0) * Math.max(height, 0);
}
