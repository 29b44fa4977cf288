import type { OpenedImage, OpenedLayer } from '../../../shared/contract/opened.ts';

/** What a layer is called: what made it, else what is in it. */
export function layerTitle({ history, storePaths, entries }: OpenedLayer): string {
  if (history !== null) return history.replace(/^\/bin\/sh -c (#\(nop\) )?/, '').trim();
  const [first, ...others] = storePaths;
  if (first === undefined) return entries === 0 ? 'empty' : 'files';
  const name = first.path.replace(/^\/nix\/store\/[0-9a-z]{32}-/, '');
  return others.length === 0 ? name : `${name} and ${others.length} more`;
}

/** A share as a reader takes it in; below 100 % unless it is exactly that. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  return `${rounded === 100 && share < 1 ? 99.9 : rounded} %`;
}

export interface WasteRow {
  readonly id: string;
  readonly path: string;
  readonly wastedBytes: number;
  readonly why: string;
}

/** Every waste in one list. */
export function wasteRows({ waste }: Pick<OpenedImage, 'waste'>): WasteRow[] {
  return [
    ...waste.superseded.map(({ path, sizeBytes, layer, byLayer, how }) => ({
      id: `${layer} ${byLayer} ${path}`,
      path: `/${path}`,
      wastedBytes: sizeBytes,
      why: `in layer ${layer + 1}, ${how} by layer ${byLayer + 1}`,
    })),
    ...waste.duplicates.map(({ contentDigest, sizeBytes, paths }) => ({
      id: contentDigest,
      path: `/${paths[0] ?? ''}`,
      wastedBytes: sizeBytes * (paths.length - 1),
      why: `the same as ${paths
        .slice(1, 4)
        .map((path) => `/${path}`)
        .join(', ')}${paths.length > 4 ? ` and ${paths.length - 4} more` : ''}`,
    })),
  ];
}
