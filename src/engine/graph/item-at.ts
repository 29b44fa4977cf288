/**
 * What a list or a typed array has at an index that lies in it: a node's number, a layer's.
 *
 * @throws RangeError where it does not, which is a bug of the caller
 */
export function itemAt<Item>(list: ArrayLike<Item>, index: number): Item {
  if (!(index >= 0 && index < list.length)) throw new RangeError(`index ${index} of ${list.length}`);
  return list[index] as Item;
}
