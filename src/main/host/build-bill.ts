import type { Bill } from '../../engine/sbom/bill.ts';
import { readGraphMessage } from '../../shared/contract/graph-message.ts';
import type { StrataDocument } from '../../shared/document.ts';
import type { Image } from '../assemble/image.ts';
import { imageBill } from '../sbom/image-bill.ts';
import type { BuildRecord } from './records/build-record.ts';

/** What the image of a build is made of, with what the package source said of it when it was built. */
export function buildBill(
  { name, tag }: StrataDocument,
  image: Image,
  record: BuildRecord,
  version: string,
): Bill {
  const { graph } = readGraphMessage(record.graph);
  return imageBill({ name, tag, image, graph, packages: record.described, version });
}
