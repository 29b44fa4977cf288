import type { BillFormat } from '../../engine/sbom/bill.ts';
import { type StrataDocument, tagsOf } from '../../shared/document.ts';
import type { Image } from '../assemble/image.ts';
import { assembledSource } from '../images/assembled-source.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { formatReference, parseReference } from '../oci/reference.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import type { RegistryMemory } from '../registry/memory.ts';
import type { OnBlobProgress } from '../registry/progress.ts';
import { type PushReport, pushImage } from '../registry/push.ts';
import { openTransport, type RegistryTransport } from '../registry/transport/transport.ts';
import { type WorkContext, waitingTo } from './events.ts';
import type { PackedImage } from './pack.ts';

export interface PushRequest extends WorkContext {
  readonly source: ImageSource;
  /** `REGISTRY/REPOSITORY[:TAG]`. */
  readonly reference: string;
  /** Further tags there. */
  readonly tags?: readonly string[] | undefined;
  readonly access: RegistryAccess;
  /** What else is done while the registry is open, such as attaching a bill of materials. */
  readonly afterwards?: (pushed: PushedImage) => Promise<void>;
}

interface PushedImage {
  readonly transport: RegistryTransport;
  readonly repository: string;
  readonly memory: RegistryMemory;
  readonly result: PushReport;
}

/** Pushes an image from wherever it is. @throws StrataError as {@link pushImage} does; Cancelled. */
export async function pushSource(request: PushRequest): Promise<PushReport> {
  const { source, tags, access, cacheDirectory, afterwards, signal, onEvent } = request;
  const reference = parseReference(request.reference);
  const memory = openMemoryIn(cacheDirectory);
  const transport = openTransport(reference.registry, transportOptions(access, waitingTo(onEvent)));
  try {
    const onProgress: OnBlobProgress | undefined =
      onEvent && ((progress) => onEvent({ type: 'blob', progress }));
    const result = await pushImage(transport, reference, source, { memory, tags, signal, onProgress });
    await afterwards?.({ transport, repository: reference.repository, memory, result });
    return result;
  } finally {
    await transport.close();
    memory.close();
  }
}

/** A document with the image that was packed of it. */
export interface PackedDocument {
  readonly document: StrataDocument;
  readonly packed: PackedImage;
}

export interface PackedPushRequest extends Omit<PushRequest, 'source' | 'afterwards'> {
  /** Bills of materials to attach to each image. */
  readonly bills: readonly BillFormat[];
}

/**
 * Pushes what was packed here: one image, or an index of one for each platform. A reference without a tag stands for the
 * tags of the document.
 *
 * @throws StrataError as {@link pushSource} does; Cancelled.
 */
export async function pushPacked(
  images: readonly [PackedDocument, ...PackedDocument[]],
  { bills, ...request }: PackedPushRequest,
): Promise<PushReport> {
  const { signal, onEvent } = request;
  const [{ document, packed: first }, ...others] = images;
  if (others.length === 0) onEvent?.({ type: 'pushing', image: first.image });
  const source = assembledSource([first.image, ...others.map(({ packed }) => packed.image)]);
  const target = pushTarget(request, document);
  const { registry, repository: path, tag = document.tag } = parseReference(target.reference);
  const pushed = { repository: `${registry}/${path}`, tag };
  return pushSource({
    ...request,
    ...target,
    source,
    async afterwards({ transport, repository, memory }) {
      for (const { document, packed } of images) {
        rememberLayers(memory, packed.image);
        const subject = packed.image.manifest.descriptor;
        if (bills.length === 0) continue;
        const [{ attachBill }, { billOf }] = await Promise.all([
          import('../sbom/write-bill.ts'),
          import('./bill.ts'),
        ]);
        for (const format of bills) {
          onEvent?.({ type: 'attaching' });
          const bill = billOf(document, packed, pushed);
          const { digest } = await attachBill(transport, repository, subject, bill, format, memory, signal);
          onEvent?.({ type: 'note', text: `Attached the ${format} bill of materials as ${digest}.` });
        }
      }
    },
  });
}

/** Where an image of a document goes: a reference without a tag stands for the document's. */
export function pushTarget(
  { reference: text, tags = [] }: Pick<PushRequest, 'reference' | 'tags'>,
  document: StrataDocument,
): Pick<PushRequest, 'reference' | 'tags'> {
  const reference = parseReference(text);
  if (reference.tag !== undefined || reference.digest !== undefined) return { reference: text, tags };
  const [tag, ...others] = tagsOf(document);
  return { reference: formatReference({ ...reference, tag }), tags: [...others, ...tags] };
}

/** Keeps what is in the layers of an image, so that it can be compared with what is in a registry without fetching. */
export function rememberLayers(memory: RegistryMemory, { layers }: Pick<Image, 'layers'>): void {
  for (const { descriptor, diffId, sizeBytes, paths } of layers) {
    memory.rememberContents(descriptor.digest, { diffId, sizeBytes, storePaths: paths });
  }
}
