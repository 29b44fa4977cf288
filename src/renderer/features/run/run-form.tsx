import { Play, SquareTerminal } from 'lucide-react';
import { limitsSchema, portSchema, RUN_ENGINES } from '../../../shared/contract/runs.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { InputField, SelectField, Switch } from '../../components/field.tsx';
import { asSentence, problemOf } from '../../state/document/schema-problem.ts';
import { useTheDocument } from '../../state/document/store.ts';
import { useStart } from '../../state/use-start.ts';
import styles from './run-screen.module.css';
import { canLimit, chooseRun, portsOf, type RunChoice, startRun, useRunChoice } from './run-state.ts';

const ENGINE_TITLES = { bwrap: 'bubblewrap', podman: 'podman', docker: 'docker' } as const;
const ENGINES = [
  { value: '', title: 'The first that is there' },
  ...RUN_ENGINES.map((value) => ({ value, title: ENGINE_TITLES[value] })),
] as const;

/** What is to be run, and how. */
export function RunForm() {
  const { config } = useTheDocument();
  const choice = useRunChoice();
  const { command, engine, hasNetwork, isReadOnly } = choice;
  const run = useStart(startRun);
  const said = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].join(' ');
  const exposed = Object.keys(config.ExposedPorts ?? {}).map((port) => port.replace('/tcp', ''));
  const ports = portsOf(choice);
  const portProblem = problemOf(portSchema.array(), ports);
  const isWrong = portProblem !== null || LIMITS.some((limit) => limitProblem(limit, choice) !== null);
  return (
    <Card label="What to run">
      <div className={styles.pair}>
        <InputField
          label="Command"
          hint={
            said === '' ? 'The configuration says nothing to run.' : 'Left empty, it is what the image says.'
          }
          mono
          placeholder={said}
          value={command}
          onChange={(text) => chooseRun({ command: text })}
        />
        <SelectField
          label="Run with"
          hint="podman and docker get the image packed."
          value={engine}
          options={ENGINES}
          onChange={(value) => chooseRun({ engine: value })}
        />
      </div>
      <div className={styles.pair}>
        <InputField
          label="Ports"
          hint={
            canLimit(choice)
              ? 'Of this machine, or 8080:80 for another within.'
              : 'They are those of this machine, as the network is.'
          }
          mono
          placeholder={exposed.join(' ') || '8080'}
          value={choice.ports}
          error={portProblem === null ? null : asSentence(portProblem)}
          onChange={(text) => chooseRun({ ports: text })}
        />
        <div className={styles.switches}>
          <Switch
            label="Network"
            hint={ports.length > 0 ? 'Ports take one.' : 'With bubblewrap, that of this machine.'}
            checked={hasNetwork || ports.length > 0}
            disabled={ports.length > 0}
            onChange={(on) => chooseRun({ hasNetwork: on })}
          />
          <Switch
            label="Read-only root"
            hint="All but /tmp, /run, /var/tmp and volumes."
            checked={isReadOnly}
            onChange={(on) => chooseRun({ isReadOnly: on })}
          />
        </div>
      </div>
      <details className={styles.limits}>
        <summary>Limits</summary>
        {!canLimit(choice) && (
          <p className={styles.quiet}>podman and docker have them: choose one to run with.</p>
        )}
        <div className={styles.pair}>
          {LIMITS.map((limit) => (
            <InputField
              key={limit.field}
              label={limit.label}
              mono
              placeholder={limit.placeholder}
              disabled={!canLimit(choice)}
              value={choice[limit.field]}
              error={limitProblem(limit, choice)}
              onChange={(text) => chooseRun({ [limit.field]: text })}
            />
          ))}
        </div>
      </details>
      {run.failure && <FailureCard compact title="It could not be started" failure={run.failure} />}
      <div className={styles.actions}>
        <Button
          variant="primary"
          icon={Play}
          disabled={run.starting || isWrong}
          onClick={() => run.start(false)}
        >
          Run
        </Button>
        <Button icon={SquareTerminal} disabled={run.starting || isWrong} onClick={() => run.start(true)}>
          Open a shell
        </Button>
      </div>
    </Card>
  );
}

const LIMITS = [
  { field: 'memory', label: 'Memory', placeholder: '512m' },
  { field: 'cpus', label: 'Processors', placeholder: '1.5' },
  { field: 'pids', label: 'Processes', placeholder: '100' },
] as const;

function limitProblem({ field }: (typeof LIMITS)[number], choice: RunChoice): string | null {
  const text = choice[field];
  if (text === '' || !canLimit(choice)) return null;
  const problem = problemOf(limitsSchema.shape[field], field === 'pids' ? Number(text) : text);
  if (problem === null) return null;
  return field === 'pids' ? 'Expected a number from 1 on.' : asSentence(problem);
}
