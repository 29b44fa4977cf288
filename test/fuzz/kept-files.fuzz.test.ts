import { describe, it } from 'vitest';
import { DAMAGES } from '../support/damage.ts';
import { KEPT_FILES } from '../support/kept-files.ts';
import { fuzzSeeds } from '../support/random.ts';
import { survives } from './kept-files.ts';

describe.each(KEPT_FILES)('$name', (file) => {
  it.each(DAMAGES)('is put right where it is damaged: $name', async (damage) => {
    for (const seed of fuzzSeeds(20)) await survives(file, damage, seed);
  });
});
