import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportableImage } from '../assemble/image.ts';
import { temporaryDirectory } from '../files/with-temporary-file.ts';
import { fullName, type ImageName, ociLayoutFiles } from '../images/archive-files.ts';
import { runEngine } from './engine-command.ts';

/**
 * Has podman read an image from where it lies: it takes only layers that it lacks. For each tag there is a layout, as podman
 * names an image after what stands behind the directory.
 */
export async function pullIntoPodman(
  image: ExportableImage,
  { name, tags }: ImageName,
  signal?: AbortSignal,
): Promise<void> {
  const directory = await temporaryDirectory();
  try {
    for (const tag of tags) {
      const layout = join(directory, tag);
      const full = fullName(name, tag);
      for (const file of ociLayoutFiles(image, { name, tags: [tag] }, full)) {
        const path = join(layout, file.path);
        await mkdir(dirname(path), { recursive: true });
        if (file.type === 'bytes') await writeFile(path, file.bytes);
        else await symlink(file.source, path);
      }
      await runEngine(['podman', 'pull', '--quiet', `oci:${layout}:${full}`], signal);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
