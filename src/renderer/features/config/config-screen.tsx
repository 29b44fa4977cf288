import { Globe, PlayCircle, Terminal } from 'lucide-react';
import type { ReactNode } from 'react';
import type { StrataDocument } from '../../../shared/document.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/failure-card.tsx';
import { Field, Select } from '../../components/field.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Split } from '../../components/split.tsx';
import { Tip } from '../../components/tip.tsx';
import { setConfig, setField } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { notify } from '../../state/notices.ts';
import { CHECKS } from './config-checks.ts';
import styles from './config-screen.module.css';
import { ListField } from './list-field.tsx';
import { applyPreset, PRESETS } from './presets.ts';
import { TextField } from './text-field.tsx';

const ICONS = { shell: Terminal, service: Globe, job: PlayCircle };

type Config = StrataDocument['config'];

/** How a container of the image runs: the whole OCI configuration, checked as it is typed. */
export function ConfigScreen() {
  const document = useTheDocument();
  const { config } = document;
  const put = (change: { readonly [Key in keyof Config]?: Config[Key] | undefined }, field: string) =>
    edit((current) => setConfig(current, change, field));
  const texts = (values: readonly string[]) => (values.length === 0 ? undefined : [...values]);
  const keys = (values: readonly string[]) =>
    values.length === 0 ? undefined : Object.fromEntries(values.map((value) => [value, {}]));

  return (
    <Split
      id="config"
      panes={[
        { id: 'form', min: 380 },
        { id: 'json', size: 430, min: 260 },
      ]}
    >
      <div className={styles.form}>
        <div className={styles.column}>
          <header className={styles.head}>
            <h1>Config</h1>
            <span className={styles.presets}>
              Start from
              {PRESETS.map((preset) => (
                <Tip key={preset.id} text={preset.hint}>
                  <Button
                    small
                    icon={ICONS[preset.id]}
                    onClick={() => {
                      edit((current) => applyPreset(current, preset));
                      notify({
                        tone: 'info',
                        title: `Configured as a ${preset.title.toLowerCase()}`,
                        detail: preset.hint,
                      });
                    }}
                  >
                    {preset.title}
                  </Button>
                </Tip>
              ))}
            </span>
          </header>
          <Group title="What it is called">
            <div className={styles.pair}>
              <TextField
                label="Name"
                value={document.name}
                check={CHECKS.name}
                onChange={(name) => edit((current) => setField(current, { name }, 'name'))}
              />
              <TextField
                label="Tag"
                value={document.tag}
                check={CHECKS.tag}
                onChange={(tag) => edit((current) => setField(current, { tag }, 'tag'))}
              />
            </div>
          </Group>
          <Group title="What it runs">
            <ListField
              label="Entrypoint"
              hint="What is always run. Arguments of the container come behind it."
              placeholder="/bin/program"
              addTitle="Add an argument"
              ordered
              values={config.Entrypoint ?? []}
              check={CHECKS.argument}
              onChange={(values) => put({ Entrypoint: texts(values) }, 'Entrypoint')}
            />
            <ListField
              label="Cmd"
              hint="Run, or given to the entrypoint, unless the container says otherwise."
              placeholder="bash"
              addTitle="Add an argument"
              ordered
              values={config.Cmd ?? []}
              check={CHECKS.argument}
              onChange={(values) => put({ Cmd: texts(values) }, 'Cmd')}
            />
            <div className={styles.pair}>
              <TextField
                label="Working directory"
                placeholder="/"
                value={config.WorkingDir ?? ''}
                check={CHECKS.workingDir}
                onChange={(text) => put({ WorkingDir: text || undefined }, 'WorkingDir')}
              />
              <TextField
                label="User"
                placeholder="root"
                hint="A name or number, with :group if you like."
                value={config.User ?? ''}
                check={CHECKS.argument}
                onChange={(text) => put({ User: text || undefined }, 'User')}
              />
            </div>
          </Group>
          <Group title="What it sees">
            <ListField
              label="Environment"
              hint="PATH and SSL_CERT_FILE are set unless you set them."
              placeholder="NAME=value"
              addTitle="Add a variable"
              values={config.Env ?? []}
              check={CHECKS.variable}
              onChange={(values) => put({ Env: texts(values) }, 'Env')}
            />
            <div className={styles.pair}>
              <ListField
                label="Ports"
                placeholder="8080/tcp"
                addTitle="Add a port"
                values={Object.keys(config.ExposedPorts ?? {})}
                check={CHECKS.port}
                onChange={(values) => put({ ExposedPorts: keys(values) }, 'ExposedPorts')}
              />
              <ListField
                label="Volumes"
                placeholder="/var/lib/data"
                addTitle="Add a volume"
                values={Object.keys(config.Volumes ?? {})}
                check={CHECKS.volume}
                onChange={(values) => put({ Volumes: keys(values) }, 'Volumes')}
              />
            </div>
          </Group>
          <Group title="What is said about it">
            <ListField
              label="Labels"
              placeholder="org.opencontainers.image.source=https://…"
              addTitle="Add a label"
              values={Object.entries(config.Labels ?? {}).map(([name, value]) => `${name}=${value}`)}
              check={CHECKS.variable}
              onChange={(values) => put({ Labels: labelsOf(values) }, 'Labels')}
            />
            <div className={styles.pair}>
              <TextField
                label="Stop signal"
                placeholder="SIGTERM"
                value={config.StopSignal ?? ''}
                check={CHECKS.signal}
                onChange={(text) => put({ StopSignal: text || undefined }, 'StopSignal')}
              />
              <TextField
                label="Created"
                placeholder="1970-01-01T00:00:01Z"
                hint="Fixed, so that the same image has the same digest."
                value={document.created ?? ''}
                check={CHECKS.created}
                onChange={(text) =>
                  edit((current) => setField(current, { created: text || undefined }, 'created'))
                }
              />
            </div>
            <Field label="Media types" hint="Docker’s own are for clients from before 2017.">
              {(control) => (
                <Select
                  {...control}
                  value={document.mediaTypes}
                  options={[
                    { value: 'oci', title: 'OCI' },
                    { value: 'docker', title: 'Docker' },
                  ]}
                  onChange={({ target }) =>
                    edit((current) =>
                      setField(current, { mediaTypes: target.value as 'oci' | 'docker' }, 'media types'),
                    )
                  }
                />
              )}
            </Field>
          </Group>
        </div>
      </div>
      <aside className={styles.json} aria-label="As JSON">
        <header className={styles.jsonHead}>
          <h2>As JSON</h2>
          <CopyButton text={JSON.stringify(config, null, 2)} />
        </header>
        <JsonView value={config} name="Config" />
      </aside>
    </Split>
  );
}

function labelsOf(values: readonly string[]): Record<string, string> | undefined {
  if (values.length === 0) return undefined;
  return Object.fromEntries(
    values.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.group}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </section>
  );
}
