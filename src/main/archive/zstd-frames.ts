/**
 * Cuts a zstd stream into pieces that never run over the end of a frame (RFC 8878 3.1): Node's decompressor takes what
 * follows a frame in the same piece for garbage and drops it.
 */
export async function* splitAtFrames(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const state: ParserState = { step: 'magic', need: 4, header: Buffer.alloc(0), checksumBytes: 0 };
  for await (const piece of pieces) {
    let start = 0;
    let at = 0;
    while (at < piece.length) {
      const used = Math.min(state.need, piece.length - at);
      if (state.step !== 'contents' && state.step !== 'skippable') {
        state.header = Buffer.concat([state.header, piece.subarray(at, at + used)]);
      }
      state.need -= used;
      at += used;
      if (state.need > 0) continue;
      if (advance(state)) {
        yield piece.subarray(start, at);
        start = at;
      }
    }
    if (start < piece.length) yield piece.subarray(start);
  }
}

interface ParserState {
  step:
    | 'magic'
    | 'descriptor'
    | 'frame-header'
    | 'block-header'
    | 'contents'
    | 'checksum'
    | 'skippable-size'
    | 'skippable';
  /** Bytes that the step still needs. */
  need: number;
  header: Buffer;
  checksumBytes: number;
  lastBlock?: boolean;
}

const FRAME_MAGIC = 0xfd2fb528;

/** Goes on to the next step. @returns whether a frame has ended. */
function advance(state: ParserState): boolean {
  const { step, header } = state;
  const next = (to: ParserState['step'], need: number) => {
    state.step = to;
    state.need = need;
    state.header = Buffer.alloc(0);
    // A step of no bytes is over at once.
    return need === 0 ? advance(state) : false;
  };
  switch (step) {
    case 'magic': {
      const magic = header.readUInt32LE(0);
      if (magic === FRAME_MAGIC) return next('descriptor', 1);
      if (magic >>> 4 === 0x184d2a5) return next('skippable-size', 4);
      // Not a frame: whatever follows is the decompressor's to judge.
      return next('skippable', Number.POSITIVE_INFINITY);
    }
    case 'descriptor': {
      const descriptor = header[0] ?? 0;
      const singleSegment = (descriptor & 0x20) !== 0;
      state.checksumBytes = (descriptor & 0x04) === 0 ? 0 : 4;
      const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
      const dictionaryBytes = [0, 1, 2, 4][descriptor & 0x03] ?? 0;
      return next('frame-header', (singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);
    }
    case 'frame-header':
      return next('block-header', 3);
    case 'block-header': {
      const block = header.readUIntLE(0, 3);
      state.lastBlock = (block & 1) === 1;
      const repeatsOneByte = ((block >> 1) & 3) === 1;
      return next('contents', repeatsOneByte ? 1 : block >> 3);
    }
    case 'contents':
      return state.lastBlock === true ? next('checksum', state.checksumBytes) : next('block-header', 3);
    case 'checksum':
      return endFrame(state);
    case 'skippable-size':
      return next('skippable', header.readUInt32LE(0));
    case 'skippable':
      return endFrame(state);
    default:
      return step satisfies never;
  }
}

function endFrame(state: ParserState): true {
  state.step = 'magic';
  state.need = 4;
  state.header = Buffer.alloc(0);
  return true;
}
