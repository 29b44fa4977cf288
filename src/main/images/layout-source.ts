import { blobPath } from '../../engine/oci/digest.ts';
import type { Descriptor } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import { digestOf } from '../oci/bytes.ts';
import { parseIndex } from '../oci/documents.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { fileIn, type ImageFiles, openArchivedBlob, readShortFile } from './archived-file.ts';

const NAME_ANNOTATIONS = ['org.opencontainers.image.ref.name', 'io.containerd.image.name'];

/** An image in an OCI image layout (image-spec 1.1, image-layout.md). */
export async function layoutSource(
  archive: ImageFiles,
  path: string,
  name: string | undefined,
): Promise<ImageSource> {
  const index = parseIndex(
    await readShortFile(fileIn(archive, path, 'index.json'), path),
    `index.json of ${path}`,
  );
  const root = chooseByName(index.manifests, path, name);
  const blobFile = (descriptor: Pick<Descriptor, 'digest' | 'size'>) => {
    const file = fileIn(archive, path, blobPath(descriptor.digest));
    if (file.sizeBytes === descriptor.size) return file;
    throw new StrataError(
      'invalid-image',
      `${file.path} of ${path} has ${file.sizeBytes} bytes; its descriptor says ${descriptor.size}.`,
    );
  };
  return {
    name: path,
    root,
    async readManifest(descriptor) {
      const bytes = await readShortFile(blobFile(descriptor), path);
      const digest = digestOf(bytes);
      if (digest === descriptor.digest) return bytes;
      throw new StrataError(
        'invalid-image',
        `${path}: the manifest ${descriptor.digest} has the digest ${digest}.`,
      );
    },
    async openBlob(descriptor, range) {
      return openArchivedBlob(blobFile(descriptor), path, descriptor, range);
    },
    close: archive.close,
  };
}

/** The one image of a layout, or the one of that name. */
function chooseByName(manifests: readonly Descriptor[], path: string, name: string | undefined): Descriptor {
  const namesOf = ({ annotations = {} }: Descriptor): readonly string[] =>
    NAME_ANNOTATIONS.flatMap((annotation) => annotations[annotation] ?? []);
  const candidates =
    name === undefined ? manifests : manifests.filter((descriptor) => namesOf(descriptor).includes(name));
  const [only] = candidates;
  if (only !== undefined && new Set(candidates.map(({ digest }) => digest)).size === 1) return only;
  const names = manifests.flatMap(namesOf);
  throw new StrataError(
    'invalid-image',
    name === undefined
      ? `${path} holds ${manifests.length} images.`
      : `${path} holds ${candidates.length === 0 ? 'no image' : 'several images'} named ${name}.`,
    {
      ...(names.length === 0
        ? {}
        : { hint: `Name one of them, as in oci:${path}:NAME: ${names.join(', ')}.` }),
      details: { names },
    },
  );
}
