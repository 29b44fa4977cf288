import type { z } from 'zod';
import { resourcePath } from '../../files/paths.ts';
import { evaluate } from '../instantiate.ts';
import type { NixSetting } from '../settings.ts';
import type { SourceContext } from './resolved-source.ts';

/** Asks nix/resolve-source.nix what a source is. */
export function askSource<Schema extends z.ZodType>(
  request: { readonly type: string } & Readonly<Record<string, unknown>>,
  schema: Schema,
  context: SourceContext,
  settings: readonly NixSetting[] = [],
): Promise<z.infer<Schema>> {
  return evaluate(
    {
      file: resourcePath('nix', 'resolve-source.nix'),
      request,
      schema,
    },
    { ...context.run, settings: [...context.run.settings, ...settings] },
  );
}
