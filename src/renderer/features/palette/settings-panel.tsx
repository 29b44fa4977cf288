import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { InputField } from '../../components/field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { changeSettings, useSettings } from '../../state/settings.ts';
import { showPanel } from '../../state/ui.ts';
import styles from './settings-panel.module.css';

export function SettingsPanel() {
  const settings = useSettings((state) => state.settings);
  if (settings === null) return null;
  const { nix, registry } = settings;
  return (
    <Dialog open title="Settings" onClose={() => showPanel(null)}>
      <div className={styles.settings}>
        <section className={styles.row}>
          <h3>Theme</h3>
          <Segmented
            label="Theme"
            value={settings.theme}
            options={[
              { value: 'system', title: 'As the system' },
              { value: 'light', title: 'Light' },
              { value: 'dark', title: 'Dark' },
            ]}
            onChange={(theme) => changeSettings({ theme })}
          />
        </section>
        <section className={styles.group}>
          <h3>Nix</h3>
          <p>Strata passes these on as they are; empty leaves it to nix.conf.</p>
          <NixField
            label="Remote builders"
            placeholder="ssh://builder x86_64-linux - 8"
            value={nix.builders ?? ''}
            onChange={(builders) => changeSettings({ nix: { builders: builders || null } })}
          />
          <NixField
            label="Store"
            placeholder="ssh-ng://store.example"
            value={nix.store ?? ''}
            onChange={(store) => changeSettings({ nix: { store: store || null } })}
          />
          <NixField
            label="Substituters, with spaces between"
            placeholder="https://cache.nixos.org"
            value={nix.substituters?.join(' ') ?? ''}
            onChange={(text) =>
              changeSettings({
                nix: { substituters: text === '' ? null : text.split(/\s+/).filter(Boolean) },
              })
            }
          />
          <NixField
            label="Give up a build after seconds"
            placeholder="never"
            value={nix.timeoutSeconds?.toString() ?? ''}
            check={(text) => (/^(|[1-9]\d{0,8})$/.test(text) ? null : 'Expected a number of seconds.')}
            onChange={(text) =>
              changeSettings({ nix: { timeoutSeconds: text === '' ? null : Number(text) } })
            }
          />
        </section>
        <section className={styles.row}>
          <h3>Registries</h3>
          <NixField
            label="Give up one that says nothing for seconds"
            placeholder="60"
            value={registry.patienceSeconds?.toString() ?? ''}
            check={(text) => (/^(|[1-9]\d{0,8})$/.test(text) ? null : 'Expected a number of seconds.')}
            onChange={(text) =>
              changeSettings({ registry: { patienceSeconds: text === '' ? null : Number(text) } })
            }
          />
        </section>
        <section className={styles.row}>
          <h3>Tour</h3>
          <Button
            onClick={() => {
              changeSettings({ tourDismissed: false });
              showPanel(null);
            }}
          >
            Show it again
          </Button>
        </section>
      </div>
    </Dialog>
  );
}

interface NixFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  /** What is wrong with a text; null where it is right. */
  readonly check?: (text: string) => string | null;
  readonly onChange: (text: string) => void;
}

/** Kept when it is left, also by closing the dialog, not with every letter: each change reaches all windows. */
function NixField({ label, placeholder, value, check, onChange }: NixFieldProps) {
  const [text, setText] = useState(value);
  const problem = check?.(text.trim()) ?? null;
  const keep = () => {
    if (problem === null && text.trim() !== value) onChange(text.trim());
  };
  const latest = useRef(keep);
  useEffect(() => {
    latest.current = keep;
  });
  useEffect(() => () => latest.current(), []);
  return (
    <InputField
      label={label}
      error={problem}
      mono
      placeholder={placeholder}
      value={text}
      onChange={(text) => setText(text)}
      onBlur={keep}
      onKeyDown={(event) => event.key === 'Enter' && keep()}
    />
  );
}
