import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Cancelled, StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { blockCodec, type CompressionSettings } from '../archive/codec.ts';
import { allocateRing, type RingMemory } from './block-ring.ts';
import type { WireError, WorkerReply, WorkerRequest, WorkerSetup } from './layer-worker.ts';
import type { LayerContents, PackedLayer } from './pack-layer.ts';
import { openSwitchboard, type Switchboard } from './switchboard.ts';
import { layerWorkerUrl } from './worker-url.ts';

interface PackTask {
  readonly contents: LayerContents;
  /** Where to write; the file must not exist. Whatever happens, the caller removes it. */
  readonly file: string;
  /** About how many bytes there are to read. Decides the order in which layers are begun, nothing else. */
  readonly estimatedBytes: number;
}

export interface PackLayersOptions {
  readonly tasks: readonly PackTask[];
  readonly compression: CompressionSettings;
  /** Most threads to use. The bytes do not depend on it. Default: one a core. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (task: number, uncompressedBytes: number) => void;
  /** Called as each layer is whole, in any order. What it returns is awaited; a failure stops all. */
  readonly onPacked: (task: number, packed: PackedLayer) => Promise<void> | void;
}

/** For what grows with the number of threads, so that the whole process stays below 400 MB on any machine. */
const THREADS_MEMORY_BYTES = 300 * 2 ** 20;
/** Reading and hashing one layer feeds several compressing threads; more open layers than this only cost memory. */
const MAX_OPEN_LAYERS = 4;
/** Below this much work for each of them, starting threads costs more time than they save. */
const BYTES_WORTH_A_WORKER = 4 << 20;

/**
 * Packs layers on all cores: each of a few workers takes the largest layer that is left, and a worker that finds none
 * compresses blocks of the others' layers, so that no core idles while a large layer ends.
 *
 * @throws StrataError `disk-full`, `file-system`; Cancelled. All workers have ended by then.
 */
export async function packLayers(options: PackLayersOptions): Promise<void> {
  throwIfCancelled(options.signal);
  if (options.tasks.length === 0) return;
  const crew = startCrew(options);
  const outcomes: (Promise<void> | void)[] = [];
  try {
    await drive(options, crew, outcomes);
    await Promise.all(outcomes);
  } finally {
    crew.switchboard.stop();
    await Promise.all(crew.workers.map((worker) => worker.terminate()));
    await Promise.allSettled(outcomes);
  }
}

interface Crew {
  readonly workers: readonly Worker[];
  /** How many of them, from the first on, may take layers; the others only help. */
  readonly owners: number;
  readonly switchboard: Switchboard;
}

function startCrew({ tasks, compression, workers = availableParallelism() }: PackLayersOptions): Crew {
  const codec = blockCodec(compression);
  const totalBytes = tasks.reduce((sum, task) => sum + task.estimatedBytes, 0);
  const affordable = codec === undefined ? workers : Math.floor(THREADS_MEMORY_BYTES / codec.threadBytes);
  const worthwhile = Math.ceil(totalBytes / BYTES_WORTH_A_WORKER);
  const useful = Math.max(1, Math.min(workers, affordable, worthwhile));
  const owners = Math.min(useful, MAX_OPEN_LAYERS, tasks.length);
  // Without compression there is nothing to help with.
  const count = codec === undefined ? owners : useful;
  const slots = Math.ceil(count / owners) + 2;
  const rings: readonly RingMemory[] =
    codec === undefined ? [] : Array.from({ length: owners }, () => allocateRing(codec, slots));
  const switchboard = openSwitchboard();
  const start = (index: number) =>
    new Worker(layerWorkerUrl(), {
      workerData: {
        compression,
        switchboard: switchboard.memory,
        rings,
        ownRing: index < owners ? index : undefined,
      } satisfies WorkerSetup,
      name: `layer ${index}`,
      // Not the host's: options such as --test or --inspect are not for its workers.
      execArgv: [],
      // What dies young here is little; a large nursery would only spread it over more memory.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
  return { workers: Array.from({ length: count }, (_, index) => start(index)), owners, switchboard };
}

/** Hands out the tasks until the last is packed. What `onPacked` is still busy with then is in `outcomes`. */
async function drive(
  { tasks, signal, onProgress, onPacked }: PackLayersOptions,
  { workers, owners }: Crew,
  outcomes: (Promise<void> | void)[],
): Promise<void> {
  const queue = tasks
    .map((task, index) => ({ task, index }))
    .sort((a, b) => b.task.estimatedBytes - a.task.estimatedBytes || a.index - b.index);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const assign = (worker: Worker, index: number) => {
    const next = index < owners ? queue.shift() : undefined;
    const request: WorkerRequest =
      next === undefined
        ? { type: 'help' }
        : { type: 'pack', layer: next.index, contents: next.task.contents, file: next.task.file };
    worker.postMessage(request);
  };
  const take = (reply: WorkerReply, worker: Worker, index: number) => {
    if (reply.type === 'progress') return onProgress?.(reply.layer, reply.uncompressedBytes);
    if (reply.type === 'failed') return reject(localError(reply.error));
    const outcome = onPacked(reply.layer, reply.packed);
    outcome?.catch(reject);
    outcomes.push(outcome);
    if (outcomes.length === tasks.length) resolve();
    else assign(worker, index);
  };
  for (const [index, worker] of workers.entries()) {
    worker.on('message', (reply: WorkerReply) => {
      // What a caller's function throws is to fail the packing, not the process.
      try {
        take(reply, worker, index);
      } catch (error) {
        reject(error);
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error(`Worker ${index} ended before its layer was packed.`)));
    assign(worker, index);
  }
  const cancel = () => reject(new Cancelled());
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await promise;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function localError({ code, message, hint, details, stack }: WireError): Error {
  if (code !== undefined) return new StrataError(code, message, { ...(hint && { hint }), details });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
