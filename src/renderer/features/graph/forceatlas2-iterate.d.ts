/** One step of ForceAtlas2; the package publishes types for its other entries only. */
declare module 'graphology-layout-forceatlas2/iterate.js' {
  /** Moves the nodes of `nodes`, ten numbers a node, along the edges of `edges`, three numbers an edge. */
  const iterate: (
    settings: Readonly<Record<string, number | boolean>>,
    nodes: Float32Array,
    edges: Float32Array,
  ) => void;
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default iterate;
}
