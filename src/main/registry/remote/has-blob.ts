import { buffer } from 'node:stream/consumers';
import type { Descriptor } from '../../../engine/oci/types.ts';
import { StrataError } from '../../../shared/errors.ts';
import type { BlobSource } from '../../oci/image-source.ts';
import { headBlob, readBlobStart } from './blob.ts';
import type { UploadTarget } from './upload-session.ts';

export interface BlobTarget extends UploadTarget {
  readonly source: BlobSource;
}

/** Enough to tell a layer from a web page, and little beside what an upload would be. */
const COMPARED_BYTES = 4096;

/**
 * Whether a repository has a blob, as nothing but a registry would know: its size with its digest, or, where the digest
 * is not said, how its bytes begin. An answer of 200 alone says nothing, as a web server gives it to everything.
 *
 * @throws StrataError `registry-protocol` where something else is there under the digest
 */
export async function hasBlob(target: BlobTarget, blob: Descriptor): Promise<boolean> {
  const { transport, repository, signal } = target;
  const found = await headBlob(transport, repository, blob.digest, signal);
  if (found?.sizeBytes === undefined) return false;
  const { registry } = transport;
  if (found.sizeBytes !== blob.size) {
    throw new StrataError(
      'registry-protocol',
      `${registry} has ${blob.digest} with ${found.sizeBytes} bytes; it should have ${blob.size}.`,
    );
  }
  if (found.digest === blob.digest) return true;
  if (found.digest !== undefined) {
    throw new StrataError('registry-protocol', `${registry} calls ${blob.digest} ${found.digest}.`);
  }
  const end = Math.min(blob.size, COMPARED_BYTES);
  const [there, here] = await Promise.all([
    readBlobStart(transport, repository, blob, end, signal),
    target.source.openBlob(blob, { start: 0, end }).then(buffer),
  ]);
  if (there.equals(here)) return true;
  throw new StrataError('registry-protocol', `${registry} has other bytes under ${blob.digest}.`, {
    hint: 'Check the name and the port: what answers there may not be a container registry.',
  });
}
