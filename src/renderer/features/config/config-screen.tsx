import { Globe, PlayCircle, Terminal } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { JsonPane } from '../../components/json-view.tsx';
import { Page } from '../../components/page.tsx';
import { Split } from '../../components/split.tsx';
import { Tip } from '../../components/tip.tsx';
import { editAndTell } from '../../state/document/actions.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { Annotations, MediaTypes, Tags } from './about-fields.tsx';
import { CHECKS } from './config-checks.ts';
import { ConfigList, ConfigText, DocumentText } from './config-fields.tsx';
import styles from './config-screen.module.css';
import { Healthcheck } from './healthcheck.tsx';
import { applyPreset, PRESETS, type Preset } from './presets.ts';
import { UserField } from './user-field.tsx';

const ICONS = { shell: Terminal, service: Globe, job: PlayCircle };

/** How a container of the image runs: the whole OCI configuration, checked as it is typed. */
export function ConfigScreen() {
  const { config, mediaTypes } = useTheDocument();
  return (
    <Split
      id="config"
      panes={[
        { id: 'form', min: 380 },
        { id: 'json', size: 430, min: 260 },
      ]}
    >
      <Page title="Config" aside={<Presets />}>
        <Card title="What it is called">
          <div className={styles.pair}>
            <DocumentText field="name" label="Name" check={CHECKS.name} />
            <DocumentText field="tag" label="Tag" check={CHECKS.tag} />
          </div>
          <Tags />
        </Card>
        <Card title="What it runs">
          <ConfigList
            field="Entrypoint"
            label="Entrypoint"
            hint="What is always run. Arguments of the container come behind it."
            placeholder="/bin/program"
            addTitle="Add an argument"
            ordered
            check={CHECKS.argument}
          />
          <ConfigList
            field="Cmd"
            label="Cmd"
            hint="Run, or given to the entrypoint, unless the container says otherwise."
            placeholder="bash"
            addTitle="Add an argument"
            ordered
            check={CHECKS.argument}
          />
          <div className={styles.pair}>
            <ConfigText
              field="WorkingDir"
              label="Working directory"
              placeholder="/"
              check={CHECKS.workingDir}
            />
            <UserField />
          </div>
        </Card>
        <Card title="What it sees">
          <ConfigList
            field="Env"
            label="Environment"
            hint="PATH and SSL_CERT_FILE are set unless you set them."
            placeholder="NAME=value"
            addTitle="Add a variable"
            named
            check={CHECKS.variable}
          />
          <div className={styles.pair}>
            <ConfigList
              field="ExposedPorts"
              label="Ports"
              placeholder="8080/tcp"
              addTitle="Add a port"
              named
              check={CHECKS.port}
            />
            <ConfigList
              field="Volumes"
              label="Volumes"
              placeholder="/var/lib/data"
              addTitle="Add a volume"
              named
              check={CHECKS.volume}
            />
          </div>
        </Card>
        <Card title="What is said about it">
          <ConfigList
            field="Labels"
            label="Labels"
            placeholder="org.opencontainers.image.source=https://…"
            addTitle="Add a label"
            named
            check={CHECKS.variable}
          />
          <div className={styles.pair}>
            <ConfigText field="StopSignal" label="Stop signal" placeholder="SIGTERM" check={CHECKS.signal} />
            <DocumentText
              field="created"
              label="Created"
              placeholder="1970-01-01T00:00:01Z"
              hint="Fixed, so that the same image has the same digest."
              check={CHECKS.created}
            />
          </div>
          <MediaTypes />
          {mediaTypes === 'oci' && <Annotations />}
        </Card>
        {mediaTypes === 'docker' && (
          <Card title="What Docker’s images have besides">
            <Healthcheck />
            <ConfigList
              field="Shell"
              label="Shell"
              hint="What later builds run their commands with."
              placeholder="/bin/sh"
              addTitle="Add an argument"
              ordered
              check={CHECKS.argument}
            />
          </Card>
        )}
      </Page>
      <JsonPane title="As JSON" name="Config" value={config} />
    </Split>
  );
}

/** Beginnings, which replace what was set. */
function Presets() {
  const take = (preset: Preset) =>
    editAndTell(
      (current) => applyPreset(current, preset),
      `Configured as a ${preset.title.toLowerCase()}`,
      preset.hint,
    );
  return (
    <span className={styles.presets}>
      Start from
      {PRESETS.map((preset) => (
        <Tip key={preset.id} text={preset.hint}>
          <Button small icon={ICONS[preset.id]} onClick={() => take(preset)}>
            {preset.title}
          </Button>
        </Tip>
      ))}
    </span>
  );
}
