/**
 * A closure graph that cannot be read. The message says what is wrong and where: `engine/graph: graph[17].narSize: …`.
 *
 * `place` is the path of the offending value in the source (`graph[17].references[3]`), `line 4, column 12` where the
 * text is not JSON, or the empty string where the source as a whole is at fault.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly place: string;
  /** The message without the part of the program that it comes from: place and problem. */
  readonly reason: string;

  constructor(place: string, problem: string) {
    const reason = place === '' ? problem : `${place}: ${problem}`;
    super(`engine/graph: ${reason}`);
    this.place = place;
    this.reason = reason;
  }
}
