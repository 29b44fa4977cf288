import { z } from 'zod';
import { documentSchema, type StrataDocument } from './document.ts';
import { StrataError } from './errors.ts';
import { isNestedTooDeep, MOST_LEVELS } from './json-nesting.ts';

/** The version of the document format that this program reads and writes. */
const DOCUMENT_VERSION = 1;

/**
 * Reads a `*.strata.json` document.
 *
 * @param text the document as JSON
 * @param place what to call it in messages, usually the file's name
 * @throws StrataError `invalid-document`, naming every problem with its place in the document
 */
export function parseDocument(text: string, place: string): StrataDocument {
  if (isNestedTooDeep(text)) {
    throw new StrataError('invalid-document', `${place} nests more than ${MOST_LEVELS} levels deep.`, {
      hint: 'Look at importArguments: no other field nests.',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StrataError('invalid-document', `${place} is not JSON: ${(cause as Error).message}`, {
      hint: 'Correct the place that the message names, or start again from examples/hello.strata.json.',
      cause,
    });
  }
  return checkDocument(value, place);
}

/** The same for a value that has been read already. */
export function checkDocument(value: unknown, place: string): StrataDocument {
  refuseBills(value, place);
  refuseOtherVersions(value, place);
  const result = documentSchema.safeParse(value);
  const problems = result.success
    ? mediaTypeProblems(result.data)
    : result.error.issues.flatMap((issue) => describeIssue(issue, 'the document'));
  if (result.success && problems.length === 0) return result.data;
  throw new StrataError('invalid-document', `${place}: ${problems.join('; ')}`, {
    hint: 'docs/document.md describes every field; docs/strata.schema.json lets an editor complete and check them.',
    details: { problems },
    cause: result.error,
  });
}

/** They are JSON too, lie beside images, and are named like documents. */
function refuseBills(value: unknown, place: string): void {
  if (typeof value !== 'object' || value === null) return;
  const format = 'spdxVersion' in value ? 'SPDX' : 'bomFormat' in value ? 'CycloneDX' : undefined;
  if (format === undefined) return;
  throw new StrataError('invalid-document', `${place} is a bill of materials (${format}), not a document.`, {
    hint: 'A bill tells what is in an image; an image is made of a document (*.strata.json).',
  });
}

/** A document as text: two spaces, fields in the schema's order, a newline at the end. */
export function formatDocument(document: StrataDocument): string {
  return `${JSON.stringify(documentSchema.parse(document), null, 2)}\n`;
}

/** JSON Schema (draft 2020-12) of the document as a person writes it: defaults may be left out. */
export function documentJsonSchema(): unknown {
  return {
    title: 'Strata document',
    description: 'An image composed of Nix packages: sources, packages, layering and configuration.',
    ...z.toJSONSchema(documentSchema, { io: 'input' }),
  };
}

/** What a document asks for that images of its media types do not have. */
function mediaTypeProblems({ mediaTypes, config, annotations }: StrataDocument): string[] {
  if (mediaTypes === 'docker') {
    return annotations === undefined
      ? []
      : ["annotations: Docker's manifests have none; mediaTypes oci has them, and Labels go into both"];
  }
  const fields = (['Healthcheck', 'Shell'] as const).filter((field) => config[field] !== undefined);
  return fields.map(
    (field) =>
      `config.${field}: the OCI image specification has no such field, and podman and Kubernetes pass over it; ` +
      'mediaTypes docker has it',
  );
}

function refuseOtherVersions(value: unknown, place: string): void {
  if (typeof value !== 'object' || value === null || !('version' in value)) return;
  const { version } = value;
  if (typeof version === 'number' && version > DOCUMENT_VERSION) {
    throw new StrataError(
      'invalid-document',
      `${place} has version ${version}; this Strata reads version ${DOCUMENT_VERSION}.`,
      { hint: 'Open it with a newer Strata.' },
    );
  }
}

/** What is wrong with a value that people write, with its place in it. @param whole what the value as a whole is called */
export function describeIssue(issue: z.core.$ZodIssue, whole: string): string[] {
  const place = issue.path.length === 0 ? whole : z.core.toDotPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `unknown field ${JSON.stringify(key)} in ${place}`);
  }
  // What is wrong with the name of a field is a level below.
  const [inKey] = issue.code === 'invalid_key' ? issue.issues : [];
  return [`${place}: ${inKey?.message ?? issue.message}`];
}
