import { Braces, FlaskConical, Globe, Hammer, type LucideIcon, ShieldCheck, Terminal } from 'lucide-react';
import { IMAGE_PRESETS } from '../../../shared/image-presets.ts';
import { newFromPreset } from '../../state/document/actions.ts';
import styles from './preset-list.module.css';

const ICONS = {
  'web-service': Globe,
  'cli-tool': Terminal,
  'python-app': FlaskConical,
  'node-app': Braces,
  'ci-nix': Hammer,
  distroless: ShieldCheck,
} as const satisfies Record<(typeof IMAGE_PRESETS)[number]['id'], LucideIcon>;

/** Images of the kinds that people ship, each to begin with. @param onChoose called beside opening one */
export function PresetList({ onChoose }: { readonly onChoose?: () => void }) {
  return (
    <ul className={styles.list}>
      {IMAGE_PRESETS.map(({ id, title, text }) => {
        const Icon = ICONS[id];
        return (
          <li key={id}>
            <button
              type="button"
              className={styles.preset}
              onClick={() => {
                onChoose?.();
                void newFromPreset(id);
              }}
            >
              <Icon size={17} aria-hidden strokeWidth={1.8} />
              <strong>{title}</strong>
              <span>{text}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
