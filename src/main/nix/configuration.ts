import { z } from 'zod';
import { StrataError } from '../../shared/errors.ts';
import { runNix } from './run.ts';
import type { NixVersion } from './version.ts';

/** How Nix is configured, as far as it says so in a way that is known: every part may be missing. */
export interface NixConfiguration {
  readonly buildUsersGroup?: string | undefined;
  readonly connectTimeoutSeconds?: number | undefined;
  /** Where passwords of binary caches are; it need not be there. */
  readonly netrcFile?: string | undefined;
  readonly sandbox?: boolean | 'relaxed' | undefined;
  /** Where the sandbox has something of the machine, such as `/bin/sh`. */
  readonly sandboxTargets?: readonly string[] | undefined;
  /** `auto`, or as `NIX_REMOTE` says. */
  readonly store?: string | undefined;
  readonly system?: string | undefined;
  readonly substituters?: readonly string[] | undefined;
  /** Names of users, and `@` and names of groups. */
  readonly trustedUsers?: readonly string[] | undefined;
}

const settingSchema = z.object({ value: z.unknown() });

/** `TARGET[=SOURCE][?]` up to Nix 2.33 and in Lix; from 2.34 on an object keyed by target. */
const sandboxPathsSchema = z.union([
  z.array(z.string()).transform((paths) => paths.map((path) => path.replace(/[=?].*$/s, ''))),
  z.record(z.string(), z.unknown()).transform((paths) => Object.keys(paths)),
]);

/**
 * Reads what `nix config show --json` prints. Each setting is read by itself: one in a shape that nobody knows yet is as
 * if Nix had not said it.
 */
export function readConfiguration(json: string): NixConfiguration {
  const settings = z.record(z.string(), z.unknown()).safeParse(parse(json)).data ?? {};
  const read = <Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> | undefined =>
    schema.safeParse(settingSchema.safeParse(settings[name]).data?.value).data;
  const sandbox = read('sandbox', z.union([z.boolean(), z.enum(['true', 'false', 'relaxed'])]));
  return {
    buildUsersGroup: read('build-users-group', z.string()),
    connectTimeoutSeconds: read('connect-timeout', z.number()),
    netrcFile: read('netrc-file', z.string()),
    sandbox: sandbox === 'true' ? true : sandbox === 'false' ? false : sandbox,
    sandboxTargets: read('sandbox-paths', sandboxPathsSchema),
    store: read('store', z.string()),
    system: read('system', z.string()),
    substituters: read('substituters', z.array(z.string())),
    trustedUsers: read('trusted-users', z.array(z.string())),
  };
}

/** Asks Nix how it is configured: nothing where it cannot say. @throws StrataError `nix-missing`; Cancelled. */
export async function showConfiguration(
  version: NixVersion,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<NixConfiguration> {
  // `nix show-config` became `nix config show` in 2.20.
  const verbs = [['config', 'show'], ['show-config']];
  if (version.flavour === 'lix' || !version.isAtLeast(2, 20)) verbs.reverse();
  for (const verb of verbs) {
    const args = [...verb, '--json', '--extra-experimental-features', 'nix-command'];
    try {
      const { stdout } = await runNix({ program: 'nix', args }, { env, settings: [], signal });
      return readConfiguration(stdout);
    } catch (error) {
      if (!(error instanceof StrataError) || error.code === 'nix-missing') throw error;
    }
  }
  return {};
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
