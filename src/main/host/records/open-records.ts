import { join } from 'node:path';
import { knownListSchema } from '../../../shared/contract/known.ts';
import { popularityCountsSchema } from '../../../shared/contract/popularity.ts';
import { runRecordSchema } from '../../../shared/contract/runs.ts';
import { buildRecordSchema } from './build-record.ts';
import { imageRecordSchema } from './image-record.ts';
import { createRecordStore } from './record-store.ts';

const KEPT = 60;
/** Fewer, as those of a whole package set are megabytes. */
const KEPT_COUNTS = 20;

/** What the host keeps of documents' work. */
export function openRecords(cacheDirectory: string, dataDirectory: string) {
  return {
    builds: createRecordStore({
      directory: join(cacheDirectory, 'builds'),
      schema: buildRecordSchema,
      title: 'This build',
      kept: KEPT,
    }),
    images: createRecordStore({
      directory: join(cacheDirectory, 'images'),
      schema: imageRecordSchema,
      title: 'This image',
      kept: KEPT,
    }),
    runs: createRecordStore({
      directory: join(cacheDirectory, 'run-records'),
      schema: runRecordSchema,
      title: 'This run',
      hint: 'Run it again.',
      kept: KEPT,
    }),
    known: createRecordStore({
      directory: join(dataDirectory, 'known'),
      schema: knownListSchema,
      title: 'This list of known images',
      hint: 'Open the document again, or add the images anew.',
      kept: KEPT,
    }),
    popularity: createRecordStore({
      directory: join(dataDirectory, 'popularity'),
      schema: popularityCountsSchema.nullable(),
      title: 'These popularity counts',
      hint: 'Open the document again, or choose their file anew.',
      kept: KEPT_COUNTS,
    }),
  };
}
