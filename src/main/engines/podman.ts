import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportableImage } from '../assemble/image.ts';
import { temporaryDirectory } from '../files/with-temporary-file.ts';
import { type ArchiveFile, type ImageName, ociLayoutFiles } from '../images/archive-files.ts';
import { runEngine } from './engine-command.ts';

/** Some versions of podman make a name of the directory, so it is one that can be told, and taken away again. */
const LAYOUT = 'strata-layout';
const LAYOUT_NAME = `localhost/${LAYOUT}:latest`;

/**
 * Has podman read an image from where it lies: it takes only layers that it lacks.
 *
 * @param names what it is called there, each with its registry and tag.
 */
export async function pullIntoPodman(
  image: ExportableImage,
  name: ImageName,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const directory = await temporaryDirectory();
  try {
    // Without tags, it is the one image of the layout.
    await linkLayout(join(directory, LAYOUT), ociLayoutFiles(image, { ...name, tags: [] }));
    const pulled = await runEngine(['podman', 'pull', '--quiet', `oci:${LAYOUT}`], signal, directory);
    const id = pulled.trim().split('\n').at(-1) ?? '';
    await runEngine(['podman', 'tag', id, ...names], signal);
    const tags = await runEngine(
      ['podman', 'image', 'inspect', '--format', '{{json .RepoTags}}', id],
      signal,
    );
    if (tags.includes(`"${LAYOUT_NAME}"`)) await runEngine(['podman', 'untag', id, LAYOUT_NAME], signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** An image layout whose blobs are links to where they are. */
async function linkLayout(layout: string, files: readonly ArchiveFile[]): Promise<void> {
  for (const file of files) {
    const path = join(layout, file.path);
    await mkdir(dirname(path), { recursive: true });
    if (file.type === 'bytes') await writeFile(path, file.bytes);
    else await symlink(file.source, path);
  }
}
