import { join } from 'node:path';
import { z } from 'zod';
import { type PackageSource, packageSourceSchema } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { createJsonFile } from '../documents/json-file.ts';
import { isBuiltIn, sourceIdentity, sourceLocation, sourceTitle } from './source-identity.ts';

const fileSchema = z.array(
  z.object({
    identity: z.string(),
    title: z.string(),
    source: packageSourceSchema,
    trustedAt: z.iso.datetime(),
  }),
);
type TrustedSource = z.infer<typeof fileSchema>[number];

/**
 * Which package sources the user lets run. Evaluating a source runs its Nix code, and building from it runs its
 * builders, as the user: so a document alone, which may come from anywhere, never decides that.
 */
export interface Trust {
  list(): Promise<readonly TrustedSource[]>;
  /** Since when it is trusted; null for a built-in source, undefined where it is not. */
  since(source: PackageSource): Promise<string | null | undefined>;
  add(source: PackageSource): Promise<void>;
  remove(identity: string): Promise<void>;
  /** @throws StrataError `untrusted-source` */
  require(source: PackageSource): Promise<void>;
}

export function createTrust(dataDirectory: string, now: () => Date): Trust {
  const file = createJsonFile(join(dataDirectory, 'trusted-sources.json'), fileSchema, () => []);
  const since: Trust['since'] = async (source) => {
    if (isBuiltIn(source)) return null;
    const identity = sourceIdentity(source);
    return (await file.read()).find((entry) => entry.identity === identity)?.trustedAt;
  };
  return {
    list: () => file.read(),
    since,
    async add(source) {
      if ((await since(source)) !== undefined) return;
      const entry = {
        identity: sourceIdentity(source),
        title: sourceTitle(source),
        source,
        trustedAt: now().toISOString(),
      };
      await file.update((entries) => [...entries, entry]);
    },
    async remove(identity) {
      await file.update((entries) => entries.filter((entry) => entry.identity !== identity));
    },
    async require(source) {
      if ((await since(source)) !== undefined) return;
      throw new StrataError('untrusted-source', `${sourceLocation(source)} is not trusted yet.`, {
        hint: 'Its Nix code would run on this machine. Look at where it comes from, then trust it or choose another source.',
        details: { source, identity: sourceIdentity(source) },
      });
    },
  };
}
