import packageJson from '../../../package.json' with { type: 'json' };
import type { Bill } from '../../engine/sbom/bill.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { imageBill } from '../sbom/image-bill.ts';
import type { PackedImage } from './pack.ts';

/** What an image is made of, with what the package source says of its packages. */
export function billOf({ name, tag }: StrataDocument, { image, closure }: PackedImage): Bill {
  const { graph, packages } = closure;
  return imageBill({ name, tag, image, graph, packages, version: packageJson.version });
}
