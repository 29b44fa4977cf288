import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { resolveFlake } from './flake.ts';
import { resolveGit } from './git.ts';
import { resolveNixpkgs } from './nixpkgs.ts';
import { resolvePath } from './path.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';
import { resolveStarter } from './starter.ts';

/** Settles what a package source is. @throws StrataError `source-unavailable` where it cannot be had. */
export async function resolveSource(source: PackageSource, context: SourceContext): Promise<ResolvedSource> {
  context.run.onEvent?.({ type: 'phase', phase: 'source', text: 'Looking for the package source' });
  switch (source.type) {
    case 'auto':
      return resolveAuto(context);
    case 'nixpkgs':
      return resolveNixpkgs(source, context);
    case 'git':
      return resolveGit(source, context);
    case 'path':
      return resolvePath(source, context);
    case 'flake':
      return resolveFlake(source, context);
    case 'starter':
      return resolveStarter(context);
  }
}

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
