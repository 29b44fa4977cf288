import type { PackageSource, StrataDocument } from '../../shared/document.ts';
import { checkDocument } from '../../shared/parse-document.ts';
import { type ImageRequest, sourceOfTag } from '../serve-registry/image-request.ts';
import type { ImagesOnPull } from '../serve-registry/named-images.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { buildDocument } from './build.ts';
import { type ComposeContext, lookUpDocument } from './compose.ts';

export interface BuildOnPullOptions extends Omit<ComposeContext, 'signal'> {
  readonly store: BlobStore;
  readonly source: PackageSource;
  /** Layering, compression and the like for every image; what is left out is as in a document. */
  readonly template?: Partial<Pick<StrataDocument, 'layering' | 'compression' | 'defaults' | 'config'>>;
}

/** Builds what is pulled as `strata build` does. */
export function buildOnPull(options: BuildOnPullOptions): ImagesOnPull {
  const { store, source, template = {}, ...context } = options;
  const documentOf = ({ names, tag }: ImageRequest): StrataDocument =>
    checkDocument(
      {
        version: 1,
        ...template,
        name: names.join('/'),
        tag,
        packages: names,
        source: sourceOfTag(tag, source),
      },
      'the request',
    );
  return {
    buildImage: async (request, signal) =>
      (await buildDocument(documentOf(request), { known: [] }, { ...context, store, signal })).image,
    lookUp: (request, signal) => lookUpDocument(documentOf(request), { ...context, signal }),
  };
}
