import { join } from 'node:path';
import { z } from 'zod';
import { packageSourceSchema } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { type SourceFields, sourceEntries } from '../../shared/package-sources.ts';
import { createJsonFile } from '../files/own-json.ts';
import { overlayFiles } from '../nix/overlays.ts';
import { nameSource } from '../nix/source/kinds.ts';

const fileSchema = z.array(
  z.object({
    identity: z.string(),
    title: z.string(),
    /** Null for an overlay. */
    source: packageSourceSchema.nullable(),
    trustedAt: z.iso.datetime(),
  }),
);
type TrustedCode = z.infer<typeof fileSchema>[number];

/**
 * Which Nix code the user lets run: package sources, and overlays that import arguments name. Evaluating them runs their
 * code, and building from them their builders, as the user: so a document alone, which may come from anywhere, never
 * decides that. Nothing in what is asked about is relative.
 */
export interface Trust {
  list(): Promise<readonly TrustedCode[]>;
  /** Since when all of it is trusted; null where it is built in, undefined where any of it is not trusted. */
  since(code: SourceFields): Promise<string | null | undefined>;
  add(code: SourceFields): Promise<void>;
  remove(identity: string): Promise<void>;
  /** @throws StrataError `untrusted-source` */
  require(code: SourceFields): Promise<void>;
}

export function createTrust(dataDirectory: string, now: () => Date): Trust {
  const file = createJsonFile(join(dataDirectory, 'trusted-sources.json'), fileSchema, () => []);
  return {
    list: () => file.read(),
    async since(code) {
      const entries = await file.read();
      const times = partsToTrust(code).map(
        ({ identity }) => entries.find((entry) => entry.identity === identity)?.trustedAt,
      );
      if (times.includes(undefined)) return undefined;
      return (
        times
          .filter((time) => time !== undefined)
          .toSorted()
          .at(-1) ?? null
      );
    },
    async add(code) {
      const trustedAt = now().toISOString();
      await file.update((entries) => {
        const known = new Set(entries.map(({ identity }) => identity));
        const added = partsToTrust(code).filter(({ identity }) => !known.has(identity));
        return [
          ...entries,
          ...added.map(({ identity, title, source }) => ({ identity, title, source, trustedAt })),
        ];
      });
    },
    async remove(identity) {
      await file.update((entries) => entries.filter((entry) => entry.identity !== identity));
    },
    async require(code) {
      const trusted = new Set((await file.read()).map(({ identity }) => identity));
      const missing = partsToTrust(code).filter(({ identity }) => !trusted.has(identity));
      if (missing.length === 0) return;
      const locations = missing.map(({ location }) => location).join(' and ');
      throw new StrataError(
        'untrusted-source',
        `${locations} ${missing.length === 1 ? 'is' : 'are'} not trusted yet.`,
        {
          hint: 'Its Nix code would run on this machine. Look at where it comes from, then trust it or choose another source.',
          details: { source: code.source, identities: missing.map(({ identity }) => identity) },
        },
      );
    },
  };
}

interface TrustedPart extends Omit<TrustedCode, 'trustedAt'> {
  readonly location: string;
}

/** The pieces of code that are not built in, each trusted by itself. */
function partsToTrust(code: SourceFields): TrustedPart[] {
  const parts = sourceEntries(code).flatMap(({ source, importArguments }) => {
    const overlays = overlayFiles(importArguments).map((path) => ({
      identity: `overlay ${path}`,
      title: `overlay ${path}`,
      source: null,
      location: path,
    }));
    const { identity, title, location, isBuiltIn } = nameSource(source);
    return isBuiltIn ? overlays : [{ identity, title, source, location }, ...overlays];
  });
  return [...new Map(parts.map((part) => [part.identity, part])).values()];
}
