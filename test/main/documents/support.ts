import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { documentSchema, type StrataDocument } from '../../../src/shared/document.ts';

/** A directory of this test's own, gone when it is finished. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'strata-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function documentOf(...packages: string[]): StrataDocument {
  return documentSchema.parse({ version: 1, packages });
}
