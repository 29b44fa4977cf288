/** ELF's number of each machine, and the code of write(1, TEXT_ADDRESS, length) and exit(0) as Linux takes it there. */
export const MACHINES = {
  'x86_64-linux': { number: 62, code: x86Code },
  'aarch64-linux': { number: 183, code: armCode },
} as const;

const BASE = 0x400000;
const HEADERS_SIZE = 64 + 56;

/** A static program of some hundred bytes that prints a text: it runs where nothing else is in an image. */
export function programThatSays(text: string, system: keyof typeof MACHINES): Buffer {
  const { number, code } = MACHINES[system];
  const said = Buffer.from(text);
  const codeSize = code(0, 0).length;
  const file = Buffer.alloc(HEADERS_SIZE + codeSize + said.length);
  // The file header (System V ABI, "ELF Header"): 64 bits, little-endian, executable, one program header.
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(number, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(BASE + HEADERS_SIZE), 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  // The program header: all of the file, to be read and run.
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  for (const at of [80, 88]) file.writeBigUInt64LE(BigInt(BASE), at);
  for (const at of [96, 104]) file.writeBigUInt64LE(BigInt(file.length), at);
  file.writeBigUInt64LE(0x10000n, 112);
  code(BASE + HEADERS_SIZE + codeSize, said.length).copy(file, HEADERS_SIZE);
  said.copy(file, HEADERS_SIZE + codeSize);
  return file;
}

function x86Code(address: number, length: number): Buffer {
  const moveTo = (register: number, value: number) => [0xb8 + register, ...littleEndian(value)];
  const call = [0x0f, 0x05];
  const write = [...moveTo(0, 1), ...moveTo(7, 1), ...moveTo(6, address), ...moveTo(2, length), ...call];
  return Buffer.from([...write, ...moveTo(0, 60), ...moveTo(7, 0), ...call]);
}

function armCode(address: number, length: number): Buffer {
  const move = (register: number, value: number) => 0xd2800000 + (value & 0xffff) * 32 + register;
  const moveHigh = (register: number, value: number) => 0xf2a00000 + (value >>> 16) * 32 + register;
  const call = 0xd4000001;
  const write = [move(0, 1), move(1, address), moveHigh(1, address), move(2, length), move(8, 64), call];
  return Buffer.from([...write, move(0, 0), move(8, 93), call].flatMap(littleEndian));
}

function littleEndian(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
}
