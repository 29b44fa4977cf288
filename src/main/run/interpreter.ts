const ELF = Buffer.from('\x7fELF', 'latin1');
/** Of `e_ident`: 64 bits, little-endian. All that containers run on here are such. */
const ELF_64_LITTLE = [2, 1];
const PT_INTERP = 3;

/**
 * The program that the kernel runs a file with: that of `#!` (execve(2)), or the dynamic loader of an ELF program (elf(5)).
 *
 * @param head the beginning of the file. @param readAt reads further on.
 * @returns undefined where there is none, or the file is none of these.
 */
export function interpreterOf(
  head: Buffer,
  readAt: (offset: number, length: number) => Buffer,
): string | undefined {
  if (head.subarray(0, 2).toString('latin1') === '#!') {
    const [line = ''] = head.subarray(2).toString('utf8').split('\n', 1);
    return line.trim().split(/[ \t]/, 1)[0] || undefined;
  }
  if (!head.subarray(0, 4).equals(ELF) || head.length < 64) return undefined;
  if (head[4] !== ELF_64_LITTLE[0] || head[5] !== ELF_64_LITTLE[1]) return undefined;
  const table = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  const headers = readAt(table, size * head.readUInt16LE(56));
  for (let at = 0; size >= 56 && at + size <= headers.length; at += size) {
    if (headers.readUInt32LE(at) !== PT_INTERP) continue;
    const offset = Number(headers.readBigUInt64LE(at + 8));
    const length = Number(headers.readBigUInt64LE(at + 32));
    return readAt(offset, Math.min(length, 4096)).toString('utf8').replace(/\0.*$/s, '');
  }
  return undefined;
}
