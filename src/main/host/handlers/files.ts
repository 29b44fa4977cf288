import type { FileAccess } from '../../files/file-access.ts';
import { browse, createDirectory, type Place } from '../browse.ts';
import { procedures } from '../procedures.ts';

export interface FileServices {
  readonly files: FileAccess;
  readonly places: readonly Place[];
  /** Where the user was last. */
  startDirectory(): Promise<string>;
}

export function fileHandlers({ files, places, startDirectory }: FileServices) {
  const os = procedures.files;
  return {
    browse: os.browse.handler(async ({ input }) =>
      browse({ ...input, path: input.path ?? (await startDirectory()) }, files, places),
    ),
    createDirectory: os.createDirectory.handler(async ({ input }) => {
      const path = await createDirectory(input.parent, input.name, files);
      return browse({ path, hidden: false, suffixes: [] }, files, places);
    }),
  };
}
