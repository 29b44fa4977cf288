import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { resolveNixpkgs } from './nixpkgs.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';
import type { SourceKind } from './source-kind.ts';
import { resolveStarter } from './starter.ts';

/** nixpkgs where it can be had, else the starter set. */
export const autoKind: SourceKind<Extract<PackageSource, { readonly type: 'auto' }>> = {
  name: ({ type }) => ({
    title: 'nixpkgs, or the starter set',
    location: 'The official nixpkgs where it can be had, else the set that comes with Strata.',
    revision: null,
    identity: type,
    isBuiltIn: true,
  }),
  resolve: (_, context) => resolveAuto(context),
};

async function resolveAuto(context: SourceContext): Promise<ResolvedSource> {
  try {
    return await resolveNixpkgs({ type: 'nixpkgs' }, context);
  } catch (error) {
    if (!(error instanceof StrataError) || error.code !== 'source-unavailable') throw error;
    return await starterInstead(error, context);
  }
}

async function starterInstead(why: StrataError, context: SourceContext): Promise<ResolvedSource> {
  try {
    const starter = await resolveStarter(context);
    return { ...starter, reason: `nixpkgs cannot be had here, so it is the starter set. (${why.message})` };
  } catch (error) {
    if (!(error instanceof StrataError)) throw error;
    throw new StrataError('source-unavailable', `${why.message} ${error.message}`, {
      hint: ['Check the network.', ...(error.hint === undefined ? [] : [error.hint])].join(' '),
      action: error.action,
      details: { reason: 'no-source' },
      ...(why.log === undefined ? {} : { log: why.log }),
      cause: error,
    });
  }
}
