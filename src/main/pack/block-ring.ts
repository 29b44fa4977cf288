import { type BlockCodec, roomFor } from '../archive/codec.ts';

/**
 * A ring of blocks in shared memory: the thread that reads a layer fills them in order, any thread compresses them, and
 * the reader takes them out in order. A slot goes empty -> ready -> claimed -> done -> empty; the owner makes the first
 * and the last step, whoever wins the exchange from ready to claimed makes the others.
 */
const EMPTY = 0;
const READY = 1;
export const CLAIMED = 2;
export const DONE = 3;

const FIELDS = 5;
const STATE = 0;
const BLOCK_BYTES = 1;
const DICTIONARY_BYTES = 2;
const LAST = 3;
const OUTPUT_BYTES = 4;

/** Room for one ring. Shared memory, so that it can be handed to every worker. */
export interface RingMemory {
  readonly slots: number;
  readonly fields: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
}

export interface BlockRing {
  readonly slots: number;
  state(slot: number): number;
  /** Where the owner puts a block; the result overwrites it. */
  room(slot: number): Buffer;
  /** Hands a filled slot over for compression. `dictionary` is copied. */
  publish(slot: number, blockBytes: number, dictionary: Buffer, last: boolean): void;
  /** Compresses the slot if it is ready and nobody else has claimed it. */
  tryCompress(slot: number): boolean;
  /** Blocks while another thread compresses the slot. */
  awaitClaimed(slot: number): void;
  /** The compressed block of a slot that is done. Valid until {@link release}. */
  output(slot: number): Buffer;
  release(slot: number): void;
}

function slotBytes(codec: BlockCodec): number {
  return codec.dictionaryBytes + roomFor({ length: codec.blockBytes });
}

export function allocateRing(codec: BlockCodec, slots: number): RingMemory {
  return {
    slots,
    fields: new SharedArrayBuffer(slots * FIELDS * Int32Array.BYTES_PER_ELEMENT),
    data: new SharedArrayBuffer(slots * slotBytes(codec)),
  };
}

export function openRing(memory: RingMemory, codec: BlockCodec): BlockRing {
  const fields = new Int32Array(memory.fields);
  const size = slotBytes(codec);
  const field = (slot: number, name: number) => fields[slot * FIELDS + name] ?? 0;
  const setField = (slot: number, name: number, value: number) => {
    fields[slot * FIELDS + name] = value;
  };
  const setState = (slot: number, state: number) => {
    Atomics.store(fields, slot * FIELDS + STATE, state);
    Atomics.notify(fields, slot * FIELDS + STATE);
  };
  const dictionary = (slot: number, length: number) => Buffer.from(memory.data, slot * size, length);
  const data = (slot: number, length: number) =>
    Buffer.from(memory.data, slot * size + codec.dictionaryBytes, length);
  return {
    slots: memory.slots,
    state: (slot) => Atomics.load(fields, slot * FIELDS + STATE),
    room: (slot) => data(slot, codec.blockBytes),
    publish(slot, blockBytes, before, last) {
      dictionary(slot, before.length).set(before);
      setField(slot, BLOCK_BYTES, blockBytes);
      setField(slot, DICTIONARY_BYTES, before.length);
      setField(slot, LAST, last ? 1 : 0);
      setState(slot, READY);
    },
    tryCompress(slot) {
      if (Atomics.compareExchange(fields, slot * FIELDS + STATE, READY, CLAIMED) !== READY) return false;
      const output = codec.compress(
        data(slot, field(slot, BLOCK_BYTES)),
        dictionary(slot, field(slot, DICTIONARY_BYTES)),
        field(slot, LAST) === 1,
      );
      data(slot, output.length).set(output);
      setField(slot, OUTPUT_BYTES, output.length);
      freeNow(output);
      setState(slot, DONE);
      return true;
    },
    awaitClaimed(slot) {
      Atomics.wait(fields, slot * FIELDS + STATE, CLAIMED, 1000);
    },
    output: (slot) => data(slot, field(slot, OUTPUT_BYTES)),
    release: (slot) => setState(slot, EMPTY),
  };
}

/**
 * Gives a large buffer back at once. Left to the garbage collector, a megabyte or two a block would keep it busy for a
 * tenth of the time.
 */
function freeNow(buffer: Buffer): void {
  const { buffer: memory } = buffer;
  if (memory instanceof ArrayBuffer && memory.byteLength > Buffer.poolSize) memory.transfer(0);
}
