const NIX_BASE32 = '0123456789abcdfghijklmnpqrsvwxyz';
const SHA256_BYTES = 32;

/**
 * A Nix hash in hexadecimal whichever notation it comes in: `sha256:` and base 32 (52 digits) or base 16 (64 digits), or
 * SRI (`sha256-` and base 64). Another notation is returned as it is.
 */
export function hexHash(hash: string): string {
  const digits = /^sha256:(.+)$/.exec(hash)?.[1];
  if (digits?.length === 64) return digits.toLowerCase();
  if (digits?.length === 52) return hex(fromBase32(digits));
  const sri = /^sha256-(.+)$/.exec(hash)?.[1];
  return sri === undefined ? hash : hex(Uint8Array.from(atob(sri), (byte) => byte.charCodeAt(0)));
}

/** The same as SRI, the notation of lock files. */
export function sriHash(hash: string): string {
  const digits = hexHash(hash);
  if (!/^[0-9a-f]{64}$/.test(digits)) return hash;
  const bytes = digits.match(/../g) ?? [];
  return `sha256-${btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(''))}`;
}

/** Nix writes base 32 from the last byte to the first, least significant digit last. */
function fromBase32(digits: string): Uint8Array {
  const bytes = new Uint8Array(SHA256_BYTES);
  for (const [index, digit] of [...digits].reverse().entries()) {
    const bit = index * 5;
    const value = NIX_BASE32.indexOf(digit) << (bit % 8);
    const byte = bit >> 3;
    bytes[byte] = (bytes[byte] ?? 0) | (value & 0xff);
    if (byte + 1 < bytes.length) bytes[byte + 1] = (bytes[byte + 1] ?? 0) | (value >> 8);
  }
  return bytes;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
