import { Readable } from 'node:stream';
import type { Descriptor } from '../../../engine/oci/types.ts';
import { StrataError } from '../../../shared/errors.ts';
import type { BlobSource, ByteRange } from '../../oci/image-source.ts';
import { discardBody } from '../transport/exchange.ts';
import { hasBlob } from './has-blob.ts';
import { type OpenUpload, openUpload, receivedBytes, type UploadTarget } from './upload-session.ts';

/** What the requests that carry a blob need. */
export interface UploadOutlet extends UploadTarget {
  readonly source: BlobSource;
  /** Blobs up to this size go in one request, larger ones in pieces of it. */
  readonly chunkBytes: number;
  /** How many bytes of the blob the registry has (fewer than before where it lost some), and how many just moved. */
  readonly onBytes: (blob: Descriptor, doneBytes: number, movedBytes: number) => void;
}

/** Sends the next piece (distribution-spec, end-5). */
export async function sendChunk(
  context: UploadOutlet,
  blob: Descriptor,
  upload: OpenUpload,
): Promise<OpenUpload> {
  const { transport, repository, signal } = context;
  const start = upload.offset;
  const end = Math.min(blob.size, start + Math.max(context.chunkBytes, upload.leastChunkBytes));
  const response = await transport.send(
    {
      method: 'PATCH',
      path: upload.location,
      repository,
      access: 'push',
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(end - start),
        'content-range': `${start}-${end - 1}`,
      },
      body: () => countedBody(context, blob, { start, end }),
      expect: [202, 204],
      retry: 'answers',
      what: `a piece of ${blob.digest}`,
    },
    signal,
  );
  await discardBody(response);
  const received = receivedBytes(response) ?? end;
  if (received <= start || received > end) {
    throw new StrataError(
      'registry-protocol',
      `${transport.registry} has ${received} bytes of ${blob.digest} after ${end} were sent.`,
    );
  }
  return openUpload(context, response, received, upload.location);
}

/** Ends the upload (end-6), with the whole blob as its body where it was not sent in pieces. */
export async function commit(
  context: UploadOutlet,
  blob: Descriptor,
  upload: OpenUpload,
  whole: ByteRange | undefined,
): Promise<void> {
  const { transport, repository, signal } = context;
  const path = new URL(upload.location);
  path.searchParams.set('digest', blob.digest);
  const response = await transport.send(
    {
      method: 'PUT',
      path,
      repository,
      access: 'push',
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(whole === undefined ? 0 : whole.end - whole.start),
      },
      heavyBytes: blob.size,
      body: () => (whole === undefined ? new Uint8Array() : countedBody(context, blob, whole)),
      expect: [201, 204],
      retry: 'answers',
      what: `the blob ${blob.digest}`,
    },
    signal,
  );
  await discardBody(response);
  const stored = response.header('docker-content-digest');
  if (stored !== undefined && stored !== blob.digest) {
    throw new StrataError('registry-protocol', `${transport.registry} stored ${blob.digest} as ${stored}.`);
  }
  if (stored === undefined && !(await hasBlob(context, blob))) {
    throw new StrataError(
      'registry-protocol',
      `${transport.registry} took ${blob.digest}, but does not have it.`,
    );
  }
  context.onBytes(blob, blob.size, 0);
}

async function countedBody(context: UploadOutlet, blob: Descriptor, range: ByteRange): Promise<Readable> {
  const whole = range.start === 0 && range.end === blob.size;
  const stream = await context.source.openBlob(blob, whole ? undefined : range);
  async function* counted(): AsyncGenerator<Buffer> {
    let sent = range.start;
    for await (const piece of stream as AsyncIterable<Buffer>) {
      yield piece;
      sent += piece.length;
      context.onBytes(blob, sent, piece.length);
    }
  }
  return Readable.from(counted(), { objectMode: false });
}
