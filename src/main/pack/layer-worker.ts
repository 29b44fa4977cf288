import { parentPort, workerData } from 'node:worker_threads';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { blockCodec, type CompressionSettings } from '../archive/codec.ts';
import { type BlockRing, openRing, type RingMemory } from './block-ring.ts';
import { type LayerContents, type PackedLayer, packLayer } from './pack-layer.ts';
import { openSwitchboard, type Switchboard } from './switchboard.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly compression: CompressionSettings;
  readonly switchboard: SharedArrayBuffer;
  /** The rings of all workers; those of others are there to help with. */
  readonly rings: readonly RingMemory[];
  /** The index of the worker's own ring; none for a worker that only ever helps. */
  readonly ownRing?: number | undefined;
}

export type WorkerRequest =
  | { readonly type: 'pack'; readonly layer: number; readonly contents: LayerContents; readonly file: string }
  /** No layers are left to start: compress blocks of others until the switchboard says stop. */
  | { readonly type: 'help' };

export type WorkerReply =
  | { readonly type: 'progress'; readonly layer: number; readonly uncompressedBytes: number }
  | { readonly type: 'packed'; readonly layer: number; readonly packed: PackedLayer }
  | { readonly type: 'failed'; readonly error: WireError };

/** An error as it crosses the thread border, where classes are lost. */
export interface WireError {
  readonly code?: StrataError['code'];
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: unknown;
  readonly stack?: string | undefined;
}

function main(setup: WorkerSetup, reply: (message: WorkerReply) => void): (request: WorkerRequest) => void {
  const switchboard = openSwitchboard(setup.switchboard);
  const codec = blockCodec(setup.compression);
  const rings = codec === undefined ? [] : setup.rings.map((memory) => openRing(memory, codec));
  const ring = setup.ownRing === undefined ? undefined : rings[setup.ownRing];
  return (request) => {
    try {
      if (request.type === 'help') {
        help(rings, switchboard);
        return;
      }
      const { layer, contents, file } = request;
      const packed = packLayer({
        contents,
        file,
        switchboard,
        compression: codec && ring && { codec, ring },
        onProgress: (uncompressedBytes) => reply({ type: 'progress', layer, uncompressedBytes }),
      });
      reply({ type: 'packed', layer, packed });
    } catch (error) {
      if (!(error instanceof Cancelled)) reply({ type: 'failed', error: wireError(error) });
    }
  };
}

function help(rings: readonly BlockRing[], switchboard: Switchboard): void {
  while (!switchboard.stopped) {
    const seen = switchboard.published();
    if (!rings.some(helpOnce)) switchboard.awaitBlock(seen);
  }
}

function helpOnce(ring: BlockRing): boolean {
  for (let slot = 0; slot < ring.slots; slot += 1) if (ring.tryCompress(slot)) return true;
  return false;
}

function wireError(error: unknown): WireError {
  if (error instanceof StrataError) {
    return { code: error.code, message: error.message, hint: error.hint, details: error.details };
  }
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
}

const port = parentPort;
if (port !== null) {
  port.on(
    'message',
    main(workerData, (message) => port.postMessage(message)),
  );
}
