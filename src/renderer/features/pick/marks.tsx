import type { MARKS } from '../../../shared/contract/catalog.ts';
import { Tip } from '../../components/tip.tsx';
import styles from './marks.module.css';

type Mark = (typeof MARKS)[number];

const MEANING: Readonly<Record<Mark, string>> = {
  unfree: 'Its licence is not free. Building it needs your leave.',
  broken: 'Its maintainers marked it as broken: it is known not to build.',
  insecure: 'It has known security problems. Building it needs your leave.',
  unsupported: 'It is not made for this system.',
};

/** What to know before a package is added. */
export function Marks({ marks }: { readonly marks: readonly Mark[] }) {
  return marks.map((mark) => (
    <Tip key={mark} text={MEANING[mark]}>
      <span className={styles.mark} data-mark={mark}>
        {mark}
      </span>
    </Tip>
  ));
}
