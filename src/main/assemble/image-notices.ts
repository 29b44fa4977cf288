import { layerCountNotices } from '../../shared/layer-count.ts';
import type { Image } from './image.ts';

/** What a user should know of an image that was made, besides conflicts, as whole sentences. */
export function imageNotices({
  layers,
  omissions,
  notices,
  config,
}: Pick<Image, 'layers' | 'omissions' | 'notices' | 'config'>): string[] {
  return [
    ...layerCountNotices(layers.length),
    ...userNotices(config.value.config?.User),
    ...omissions.map(
      ({ path, package: owner, reason }) => `${path} of ${owner} is not in the image's root: ${reason}.`,
    ),
    ...notices,
  ];
}

/** kubelet compares numbers, and does not look into the image for those of names (Kubernetes, `runAsNonRoot`). */
function userNotices(user = ''): string[] {
  const [name = ''] = user.split(':', 1);
  if (name === '' || name === 'root' || /^\d+$/.test(name)) return [];
  return [
    `The image runs as "${name}", a name. Kubernetes starts it with runAsNonRoot only where the user is a number: that of ${name} in the image's /etc/passwd.`,
  ];
}
