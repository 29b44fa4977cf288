/**
 * A closure graph that cannot be read. The message says what is wrong and where: `engine/graph: graph[17].narSize: …`.
 *
 * `place` is the path of the offending value in the source (`graph[17].references[3]`), `line 4, column 12` where the
 * text is not JSON, or the empty string where the source as a whole is at fault.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly place: string;

  constructor(place: string, problem: string) {
    super(place === '' ? `engine/graph: ${problem}` : `engine/graph: ${place}: ${problem}`);
    this.place = place;
  }
}
