import type { StrataDocument } from '../../shared/document.ts';
import { checkEarly } from './check-early.ts';
import { type ComposeContext, type Composition, composeDocument, rememberBuild } from './compose.ts';
import { type PackContext, type PackedImage, packDocument } from './pack.ts';
import type { PlanningInput } from './plan.ts';

export interface BuildContext extends ComposeContext, PackContext {
  /** Where the build is remembered for `strata learn`, and of which file; not at all where it is left out. */
  readonly remember?: { readonly directory: string; readonly file: string } | undefined;
  /** Called between the two halves of the work, with what Nix built. */
  readonly onComposed?: ((composition: Composition) => void) | undefined;
}

export interface BuiltImage extends PackedImage {
  readonly composition: Composition;
}

/** From a document to an image in the blob store. @throws StrataError as composing and packing do; Cancelled. */
export async function buildDocument(
  document: StrataDocument,
  input: PlanningInput,
  context: BuildContext,
): Promise<BuiltImage> {
  const { remember, onComposed, onEvent } = context;
  await checkEarly(document, context);
  const composition = await composeDocument(document, context);
  onComposed?.(composition);
  if (remember !== undefined) await rememberBuild(remember.directory, remember.file, composition, onEvent);
  return { ...(await packDocument(document, composition, input, context)), composition };
}
