import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { type Layering, layeringSchema } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { readGraphFile } from '../planning/graph-file.ts';
import { composeDocument } from '../verbs/compose.ts';
import type { CommandContext } from './command.ts';
import { noteSource } from './note-source.ts';
import { type CompositionOptions, documentFrom, preferencesFromOptions } from './options.ts';
import { shown } from './show-work.ts';
import { placeOfSpec } from './source-options.ts';

/** Options of the commands that look at a closure graph, from a file or of an image that is composed now. */
export interface GraphOptions extends CompositionOptions {
  readonly graph?: string;
}

export interface GraphInput {
  readonly graph: ClosureGraph;
  readonly popularity: Popularity;
  /** Of the document; the defaults where there is none. */
  readonly layering: Layering;
}

/**
 * The graph that a command is about: of `--graph`, or of a document or packages, which Nix then builds.
 *
 * @param beforeComposing called with the layering and the system of the document, before it takes time to build it
 */
export async function graphInput(
  context: CommandContext,
  spec: string | undefined,
  options: GraphOptions,
  beforeComposing: (layering: Layering, system: string | undefined) => Promise<void> = async () => {},
): Promise<GraphInput> {
  if (options.graph !== undefined) {
    if (spec !== undefined || options.packages !== undefined) {
      throw new StrataError('usage', 'Both a graph and something to compose are named.', {
        hint: 'Leave out --graph, or the document and --packages.',
      });
    }
    const layering = layeringSchema.parse({});
    const file = await readGraphFile(options.graph, context.signal);
    await beforeComposing(layering, undefined);
    return { graph: file.graph, popularity: file.popularity, layering };
  }
  const document = await documentFrom(spec, options);
  await beforeComposing(document.layering, document.system);
  const composition = await shown(context, (work) =>
    composeDocument(document, {
      ...work,
      nix: preferencesFromOptions(options),
      ...placeOfSpec(spec, options),
    }),
  );
  noteSource(context.terminal, composition);
  return {
    graph: composition.graph,
    popularity: composition.popularity,
    layering: document.layering,
  };
}
