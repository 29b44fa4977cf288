import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { outputJsonSchema } from '../../src/main/cli/output-schemas.ts';

const root = resolve(import.meta.dirname, '../..');

it('what the commands print as JSON is in the documentation', () => {
  const text = readFileSync(join(root, 'docs/output.schema.json'), 'utf8');
  expect(JSON.parse(text), 'run npm run schema').toEqual(outputJsonSchema());
});
