import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputJsonSchema } from '../src/main/cli/output-schemas.ts';
import { documentJsonSchema } from '../src/shared/parse-document.ts';

/**
 * Writes docs/strata.schema.json, with which editors complete and check documents, and docs/output.schema.json, for
 * programs that read what the commands print.
 */
const write = (name: string, schema: unknown) =>
  writeFileSync(join(import.meta.dirname, '..', 'docs', name), `${JSON.stringify(schema, null, 2)}\n`);
write('strata.schema.json', documentJsonSchema());
write('output.schema.json', outputJsonSchema());
