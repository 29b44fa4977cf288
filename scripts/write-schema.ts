import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentJsonSchema } from '../src/shared/parse-document.ts';

/** Writes docs/strata.schema.json, with which editors complete and check documents. */
const file = join(import.meta.dirname, '..', 'docs', 'strata.schema.json');
writeFileSync(file, `${JSON.stringify(documentJsonSchema(), null, 2)}\n`);
