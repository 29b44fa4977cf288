/**
 * The layer worker's program: beside this file when the program runs from source, beside the bundle (`layer-worker.js`,
 * an entry of its own in electron.vite.config.ts) when it has been built. In an installed app it lies outside of the archive
 * that the rest is in, see build/after-pack.mjs.
 */
export function layerWorkerUrl(here: string = import.meta.url): URL {
  if (here.endsWith('.ts')) return new URL('layer-worker.ts', here);
  // A bundler may put shared code into a folder of chunks below the entries.
  const folder = new URL('.', here).pathname.endsWith('/chunks/') ? '../' : './';
  return new URL(`${folder}layer-worker.js`, here.replace('/app.asar/', '/'));
}
