import { z } from 'zod';

const debSchema = z.object({
  package: z.string(),
  version: z.string(),
  architecture: z.string(),
  /** Name of the .deb in the archive, without its folders. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number(),
});

const unitSchema = z.object({
  pname: z.string(),
  /** Upstream's version, as nixpkgs would write it. */
  version: z.string(),
  /** Name of the store path, without hash and without output. */
  name: z.string(),
  description: z.string(),
  homepage: z.string().optional(),
  /** Key into lib.licenses. */
  license: z.string(),
  mainProgram: z.string().optional(),
  priority: z.number().optional(),
  /** A command for each program that the unit offers, with which it shows in the build that it starts. */
  startCommands: z.array(z.string()).optional(),
  /** In Nix's order: the first one is the default. */
  outputs: z.array(z.object({ name: z.string(), debs: z.array(debSchema) })),
  /** Units that this one depends on directly, ascending. */
  dependencies: z.array(z.string()),
});

/**
 * What the Nix side reads (`debset.json`). A unit becomes one derivation: one Debian package, or several whose
 * dependencies form a cycle or that look for each other under one prefix.
 */
export const debsetSchema = z.object({
  formatVersion: z.literal(1),
  system: z.string(),
  /** Name of Debian's library directories, such as x86_64-linux-gnu. */
  multiarch: z.string(),
  /** Such as 3.11: the directory of Python's standard library. */
  pythonVersion: z.string().optional(),
  /** Units of the shells that scripts may name without declaring them; every other unit may need them. */
  shells: z.array(z.string()),
  units: z.record(z.string(), unitSchema),
  /** Other names of attributes, or of sets of them. */
  aliases: z.record(z.string(), z.string()),
  /** Unit of each attribute path, with the programs that it brings. */
  attributes: z.record(z.string(), z.object({ unit: z.string(), programs: z.array(z.string()) })),
});

export type Debset = z.infer<typeof debsetSchema>;
export type Unit = z.infer<typeof unitSchema>;
export type Deb = z.infer<typeof debSchema>;

/** The unit and everything that building it needs, ascending. */
export function unitClosure(debset: Debset, units: Iterable<string>): string[] {
  const reached = new Set<string>();
  const queue = [...units];
  for (let unit = queue.pop(); unit !== undefined; unit = queue.pop()) {
    if (reached.has(unit)) continue;
    reached.add(unit);
    for (const dependency of debset.units[unit]?.dependencies ?? []) queue.push(dependency);
  }
  return [...reached].sort();
}
