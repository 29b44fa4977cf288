import { formatPlatform, platformOf } from '../../engine/oci/platform.ts';
import type { Contents } from '../../shared/contract/contents.ts';
import type { BaseImage } from '../assemble/image.ts';

/** What a base brings, as windows show it. */
export function baseMessage({ name, digest, config: image, layers }: BaseImage): Contents['base'] {
  const { Entrypoint = [], Cmd = [], User, Env = [] } = image.config ?? {};
  const words = [...Entrypoint, ...Cmd];
  return {
    name,
    digest,
    platform: formatPlatform(platformOf(image)),
    layers: layers.length,
    compressedBytes: layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    command: words.length === 0 ? null : words.join(' '),
    user: User || null,
    variables: Env.map((setting) => setting.split('=', 1)[0] ?? ''),
  };
}
