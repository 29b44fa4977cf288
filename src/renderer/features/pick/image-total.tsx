import type { PackageClosure } from '../../../shared/contract/package-closures.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { Tip } from '../../components/tip.tsx';
import { useTheDocument } from '../../state/document/store.ts';
import { useCatalog } from './catalog-state.ts';
import type { ImageSizes } from './image-sizes.ts';
import styles from './image-total.module.css';
import { packageInDocument } from './package-name.ts';
import { useImageUnderHand } from './use-closures.ts';

/** What the chosen packages come to, and what the image would be with, or without, the one that is looked at. */
export function ImageTotal() {
  const { packages } = useTheDocument();
  const looked = useCatalog(({ pointed, shown }) => pointed ?? shown);
  const chosen = looked === null ? null : packageInDocument(packages, looked);
  const name = chosen ?? looked;
  const { sizes, closureOf } = useImageUnderHand(name === null ? [] : [name]);
  return (
    <div className={styles.total}>
      <Tip
        side="top"
        text="All store paths of these packages, each counted once, in bytes as Nix counts them (NAR). The root layer with links, accounts and your own files comes on top."
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a tooltip is for the keyboard too */}
        <p className={styles.sum} tabIndex={0}>
          <span>Image</span>
          <strong>
            {sizes.unknown.length > 0 && 'at least '}
            {formatBytes(sizes.totalBytes)}
          </strong>
          <small>{sizes.pending ? 'asking…' : count(sizes.totalPaths, 'path')}</small>
        </p>
      </Tip>
      <p className={styles.whatIf} role="status">
        {name !== null && whatIf(sizes, name, closureOf(name), chosen !== null)}
      </p>
    </div>
  );
}

/** What the image would be with a package that is not chosen, or without one that is. */
function whatIf(
  sizes: ImageSizes,
  name: string,
  closure: PackageClosure | undefined,
  isChosen: boolean,
): string {
  if (closure === undefined) return `${name}: asking what it would add…`;
  const share = sizes.share(name, closure);
  if (share === null) return `${name}: its size is known once it is built.`;
  const { addedBytes, imageBytes } = share;
  const than = isChosen ? imageBytes - addedBytes : imageBytes;
  const by = addedBytes === 0 ? 'no difference' : `${isChosen ? '−' : '+'}${formatBytes(addedBytes)}`;
  return `${formatBytes(than)} ${isChosen ? 'without' : 'with'} ${name} (${by})`;
}
