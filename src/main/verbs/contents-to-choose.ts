import { z } from 'zod';
import type { RootDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import type { RootConflict } from '../root/merge-packages.ts';
import { originText } from '../root/own-path.ts';
import { withPriorities } from '../root/priorities.ts';
import { documentContents, type ImageContents } from './contents.ts';
import { packagesInRoot } from './pack.ts';

/** A file of a document in the way of which something else is. */
interface FileClash {
  /** In `files`. */
  readonly index: number;
  /** In the image. */
  readonly path: string;
  /** Who has something else there, in words. */
  readonly owner: string;
}

/** A root file system with what its document leaves open. */
export interface ContentsToChoose {
  readonly contents: ImageContents;
  /** The image cannot be made before the document settles them; they are in the contents as if they replaced what is there. */
  readonly clashes: readonly FileClash[];
  /** A priority of the package that is dropped with which it is kept; null where the base is the other. */
  readonly winningPriority: (conflict: RootConflict) => number | null;
}

/**
 * {@link documentContents} with all files of the document that are in the way of others, where building ends at the first.
 *
 * @throws StrataError as documentContents does of all else; Cancelled.
 */
export async function contentsToChoose(
  document: RootDocument,
  closure: Parameters<typeof documentContents>[1],
  context: Parameters<typeof documentContents>[2],
): Promise<ContentsToChoose> {
  const clashes: FileClash[] = [];
  const priorities = new Map(
    withPriorities(packagesInRoot(closure), document.priorities ?? {}).map(({ name, priority = 5 }) => [
      name,
      priority,
    ]),
  );
  const winningPriority = ({ kept, dropped }: RootConflict) => {
    const priority = priorities.get(kept.package);
    return priority === undefined || !priorities.has(dropped.package) ? null : priority - 1;
  };
  let asked = document;
  for (;;) {
    try {
      return { contents: await documentContents(asked, closure, context), clashes, winningPriority };
    } catch (error) {
      const clash = clashOf(error);
      const field = clash && asked.files?.[clash.index];
      // One that replaces all there is and still does not fit cannot be settled so.
      if (clash === undefined || field === undefined || field.replace === true) throw error;
      clashes.push(clash);
      asked = { ...asked, files: asked.files?.with(clash.index, { ...field, replace: true }) };
    }
  }
}

const detailsSchema = z.object({
  place: z.string().regex(/^files\[\d+\]\.to$/),
  path: z.string(),
  origin: z.custom<Parameters<typeof originText>[0]>(),
});

function clashOf(error: unknown): FileClash | undefined {
  if (!(error instanceof StrataError)) return undefined;
  const { data } = detailsSchema.safeParse(error.details);
  if (data === undefined) return undefined;
  const index = Number(/\d+/.exec(data.place)?.[0]);
  return { index, path: data.path, owner: originText(data.origin) };
}
