import { storePathName } from '../../engine/graph/closure-graph.ts';
import { layerCountNotices } from '../../shared/layer-count.ts';
import type { RootConflict, RootOmission } from '../root/merge-packages.ts';
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
    ...omissions.map(omissionText),
    ...notices,
  ];
}

/** What of a package is left out, as a sentence. */
export function omissionText({ path, package: owner, reason }: RootOmission): string {
  return `${path} of ${owner} is not in the image's root: ${reason}.`;
}

/** Which of two owners of a path the image has, as a clause. */
export function conflictText({ path, kept, dropped }: RootConflict): string {
  const lost = dropped.file === path ? `that of ${dropped.package}` : storePathName(dropped.file);
  return `${path} is in ${kept.package} (kept) and ${dropped.package}: ${lost} is not linked`;
}

/** kubelet compares numbers, and does not look into the image for those of names (Kubernetes, `runAsNonRoot`). */
function userNotices(user = ''): string[] {
  const [name = ''] = user.split(':', 1);
  if (name === '' || name === 'root' || /^\d+$/.test(name)) return [];
  return [
    `The image runs as "${name}", a name. Kubernetes starts it with runAsNonRoot only where the user is a number: that of ${name} in the image's /etc/passwd.`,
  ];
}
