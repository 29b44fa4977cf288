import { z } from 'zod';
import { StrataError } from '../../shared/errors.ts';
import { isMissing, readUserText } from '../files/user-file.ts';
import { writeWhole } from '../files/write-whole.ts';

const names = z.array(z.string().min(1));

/** What `strata learn` writes, and what people may write into it. */
const hintsSchema = z.strictObject({
  version: z.literal(1),
  pins: names.optional(),
  keepTogether: z.array(names.min(2)).optional(),
  volatile: names.optional(),
  updates: z
    .strictObject({ steps: z.int().min(0), changes: z.record(z.string(), z.int().min(0)) })
    .optional()
    .describe('In how many of so many steps between builds each name changed of itself.'),
});
export type HintsFile = z.infer<typeof hintsSchema>;

/** @throws StrataError `invalid-document` with the place of what is wrong; `file-system`. */
export async function readHintsFile(file: string): Promise<HintsFile> {
  return parseHints(await readUserText(file), file);
}

/** The hints in a file, or none where there is no file. */
export async function readHintsIfThere(file: string): Promise<HintsFile> {
  try {
    return await readHintsFile(file);
  } catch (error) {
    if (isMissing(error)) return { version: 1 };
    throw error;
  }
}

export async function writeHintsFile(file: string, hints: HintsFile): Promise<void> {
  await writeWhole(file, `${JSON.stringify(hints, null, 2)}\n`);
}

function parseHints(text: string, file: string): HintsFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StrataError('invalid-document', `${file} is not JSON.`, { cause: error });
  }
  const parsed = hintsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StrataError('invalid-document', `${file} is not a hints file: ${z.prettifyError(parsed.error)}`, {
    hint: 'See docs/planning.md for what it may hold.',
  });
}
