import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Damage } from '../support/damage.ts';
import type { KeptFile } from '../support/kept-files.ts';
import { randomOf } from '../support/random.ts';

/** Makes a file, damages it as a seed says, and uses it twice. @throws where the wrong thing comes of it */
export async function survives(file: KeptFile, damage: Damage, seed: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'strata-damage-'));
  try {
    const path = await file.make(directory);
    writeFileSync(path, damage.apply(readFileSync(path), randomOf(seed)));
    await file.use(directory);
    await file.use(directory);
  } catch (cause) {
    throw new Error(`${file.name}, ${damage.name}, seed ${seed}`, { cause });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
