import { z } from 'zod';

export const licenceSchema = z.object({
  name: z.string(),
  spdxId: z.string().nullable(),
  free: z.boolean().nullable(),
});

export const REFUSALS = ['unfree', 'broken', 'insecure', 'unsupported'] as const;
export type PackageRefusal = (typeof REFUSALS)[number];

export const packageFactsSchema = z.object({
  name: z.string(),
  pname: z.string(),
  version: z.string(),
  description: z.string().nullable(),
  homepage: z.string().nullable(),
  licences: z.array(licenceSchema),
  mainProgram: z.string().nullable(),
  outputs: z.array(z.string()),
  marks: z.array(z.enum(REFUSALS)),
  vulnerabilities: z.array(z.string()),
});

/** A package as a search finds it. */
export const catalogPackageSchema = packageFactsSchema.extend({
  /** What goes into a document: `python3Packages.requests`. */
  attribute: z.string(),
  /** Programs in its bin directory, as far as the source says. */
  programs: z.array(z.string()),
});
export type CatalogPackage = z.infer<typeof catalogPackageSchema>;
