import { type DocumentHealthcheck, healthcheckSchema } from '../../../shared/document/healthcheck.ts';
import { SelectField } from '../../components/field.tsx';
import { ListField } from '../../components/list-field.tsx';
import { setConfig } from '../../state/document/edits.ts';
import { problemOf } from '../../state/document/schema-problem.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './config-screen.module.css';
import { TextField } from './text-field.tsx';

const KINDS = [
  { value: '', title: 'Not said' },
  { value: 'CMD', title: 'A program' },
  { value: 'CMD-SHELL', title: 'A command of the shell' },
  { value: 'NONE', title: 'None' },
] as const;
type Kind = (typeof KINDS)[number]['value'];

const { shape } = healthcheckSchema;

/** How a container is found to be healthy. */
export function Healthcheck() {
  const check = useTheDocument().config.Healthcheck;
  const [how = '', ...words] = check?.Test ?? [];
  const kind = KINDS.find(({ value }) => value === how)?.value ?? '';
  const put = (
    change: { readonly [Key in keyof DocumentHealthcheck]?: DocumentHealthcheck[Key] | undefined },
  ) =>
    edit((document) => {
      const all = Object.entries({ ...document.config.Healthcheck, ...change });
      const set = Object.fromEntries(all.filter(([, value]) => value !== undefined));
      return setConfig(document, { Healthcheck: set as DocumentHealthcheck }, 'Healthcheck');
    });
  const choose = (value: Kind) => {
    if (value === '') edit((document) => setConfig(document, { Healthcheck: undefined }, 'Healthcheck'));
    else if (value === 'NONE') put({ Test: ['NONE'] });
    // One that says nothing is none: it is what the user goes on from.
    else
      put({ Test: [value, ...(value === 'CMD' && words.length > 0 ? words : [words.join(' ') || 'true'])] });
  };
  const isAsked = kind === 'CMD' || kind === 'CMD-SHELL';
  return (
    <>
      <div className={styles.pair}>
        <SelectField label="Health check" value={kind} options={KINDS} onChange={choose} />
        {kind === 'CMD-SHELL' && (
          <TextField
            label="Command"
            placeholder="curl --fail http://localhost:8080"
            value={words.join(' ')}
            check={() => null}
            onChange={(text) => put({ Test: [kind, text] })}
          />
        )}
      </div>
      {kind === 'CMD' && (
        <ListField
          label="Program and arguments"
          placeholder="curl"
          addTitle="Add an argument"
          ordered
          values={words}
          check={() => null}
          onChange={(values) => values.length > 0 && put({ Test: [kind, ...values] })}
        />
      )}
      {isAsked && (
        <div className={styles.pair}>
          {(['Interval', 'Timeout', 'StartPeriod'] as const).map((field) => (
            <TextField
              key={field}
              label={TITLES[field]}
              placeholder={DEFAULTS[field]}
              value={`${check?.[field] ?? ''}`}
              check={(text) => (text === '' ? null : problemOf(shape[field], text))}
              onChange={(text) => put({ [field]: text || undefined })}
            />
          ))}
          <TextField
            label="Tries"
            placeholder="3"
            value={`${check?.Retries ?? ''}`}
            check={(text) => (text === '' ? null : problemOf(shape.Retries, Number(text)))}
            onChange={(text) => put({ Retries: text === '' ? undefined : Number(text) })}
          />
        </div>
      )}
    </>
  );
}

const TITLES = { Interval: 'Every', Timeout: 'Within', StartPeriod: 'Not counted at first' } as const;
/** Docker's own. */
const DEFAULTS = { Interval: '30s', Timeout: '30s', StartPeriod: '0s' } as const;
