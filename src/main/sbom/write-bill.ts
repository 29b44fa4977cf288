import type { Descriptor } from '../../engine/oci/types.ts';
import type { Bill, BillFormat } from '../../engine/sbom/bill.ts';
import { spdxDocument } from '../../engine/sbom/spdx.ts';
import { writeWhole } from '../files/write-whole.ts';
import { attachToImage } from '../registry/attach.ts';
import type { RegistryMemory } from '../registry/memory.ts';
import type { RegistryTransport } from '../registry/transport/transport.ts';
import { cyclonedxText } from './cyclonedx.ts';

/** IANA media types, which are artifact types as well. */
const MEDIA_TYPES: Readonly<Record<BillFormat, string>> = {
  spdx: 'application/spdx+json',
  cyclonedx: 'application/vnd.cyclonedx+json',
};

function billText(bill: Bill, format: BillFormat): string {
  return `${format === 'spdx' ? JSON.stringify(spdxDocument(bill), null, 2) : cyclonedxText(bill)}\n`;
}

/** Writes a bill of materials to a file. @throws StrataError `file-system` or `disk-full`. */
export async function writeBill(bill: Bill, format: BillFormat, path: string): Promise<void> {
  await writeWhole(path, billText(bill, format));
}

/** The file name beside an image: `web.tar` gives `web.spdx.json`. */
export function billPath(imagePath: string, format: BillFormat): string {
  const suffix = format === 'spdx' ? 'spdx.json' : 'cdx.json';
  return `${imagePath.replace(/\/+$/, '').replace(/\.(oci\.)?tar$/, '')}.${suffix}`;
}

/**
 * Attaches a bill of materials to its image in a registry.
 *
 * @returns the descriptor of the artifact's manifest.
 */
export async function attachBill(
  transport: RegistryTransport,
  repository: string,
  subject: Descriptor,
  bill: Bill,
  format: BillFormat,
  memory: RegistryMemory,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const mediaType = MEDIA_TYPES[format];
  const attachment = {
    artifactType: mediaType,
    mediaType,
    fileName: billPath(bill.image.name.replace(/^.*\//, ''), format),
    bytes: Buffer.from(billText(bill, format), 'utf8'),
    annotations: { 'org.opencontainers.image.created': bill.image.created },
  };
  return attachToImage(transport, repository, subject, attachment, memory, signal);
}
