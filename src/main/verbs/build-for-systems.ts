import { StrataError } from '../../shared/errors.ts';

/**
 * Builds an image for each of several Nix systems, one after the other: Nix itself spreads the work over its builders.
 * All are tried, so that one answer names every system that cannot be built for.
 *
 * @throws StrataError `unsupported-system` that names the systems with the reasons; Cancelled.
 */
export async function buildForSystems<T>(
  systems: readonly string[],
  build: (system: string) => Promise<T>,
): Promise<readonly T[]> {
  const built: T[] = [];
  const failures: { readonly system: string; readonly error: StrataError }[] = [];
  for (const system of new Set(systems)) {
    try {
      built.push(await build(system));
    } catch (error) {
      if (!(error instanceof StrataError)) throw error;
      failures.push({ system, error });
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) return built;
  // One failure is best told in its own words.
  if (others.length === 0 && new Set(systems).size === 1) throw first.error;
  throw new StrataError(
    'unsupported-system',
    failures.map(({ system, error }) => `There is no image for ${system}: ${error.message}`).join(' '),
    {
      hint: first.error.hint,
      action: first.error.action,
      details: { systems: failures.map(({ system, error }) => ({ system, code: error.code })) },
      cause: first.error,
    },
  );
}
