import { describe, it } from 'vitest';
import { survives } from '../../fuzz/kept-files.ts';
import { DAMAGES } from '../../support/damage.ts';
import { KEPT_FILES } from '../../support/kept-files.ts';

/** `npm run fuzz` tries many more seeds. */
const SEED = 1;

describe.each(KEPT_FILES)('$name', (file) => {
  it.each(DAMAGES)('is put right where it is damaged: $name', async (damage) => {
    await survives(file, damage, SEED);
  });
});
