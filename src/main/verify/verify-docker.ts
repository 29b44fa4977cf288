import { posix } from 'node:path';
import { digestOfHex } from '../../engine/oci/digest.ts';
import { MEDIA_TYPES } from '../../engine/oci/types.ts';
import { DOCUMENTS } from '../oci/documents.ts';
import type { DockerManifestEntry } from '../oci/schemas.ts';
import type { VerifiedImage } from './report.ts';
import type { Verification } from './verification.ts';
import { checkLayers, readConfig } from './verify-image.ts';

const MANIFEST = 'manifest.json';

/** Checks what `manifest.json` lists: the configurations, which are named after their digest, and their layers. */
export async function verifyDockerArchive(verification: Verification): Promise<readonly VerifiedImage[]> {
  const entries = (await verification.document(DOCUMENTS.dockerManifest, MANIFEST)) ?? [];
  const images: VerifiedImage[] = [];
  for (const entry of entries) images.push(await verifyEntry(verification, entry));
  return images;
}

async function verifyEntry(verification: Verification, entry: DockerManifestEntry): Promise<VerifiedImage> {
  const path = posix.normalize(entry.Config);
  const config = await readConfig(verification, path, MEDIA_TYPES.dockerConfig);
  const named = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(path)?.[1];
  if (config !== undefined && named !== undefined && config.digest !== digestOfHex(named)) {
    verification.report('digest-mismatch', path, `${path} has the digest ${config.digest}.`);
  }
  const listed = entry.Layers.map((layer) => ({ path: posix.normalize(layer) }));
  const layers = await checkLayers(verification, listed, config?.value, MANIFEST);
  return { references: entry.RepoTags ?? [], ...(config && { config }), layers };
}
