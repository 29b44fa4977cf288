import type { StrataDocument } from '../../../shared/document.ts';
import { ListField, type ListFieldProps } from '../../components/list-field.tsx';
import { setConfig, setField } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';

import { TextField, type TextFieldProps } from './text-field.tsx';

type Config = StrataDocument['config'];

const texts = {
  read: (values: readonly string[] | undefined) => values ?? [],
  write: (rows: readonly string[]) => [...rows],
};
/** Sets, as OCI writes them: an object whose values say nothing. */
const names = {
  read: (values: Readonly<Record<string, unknown>> | undefined) => Object.keys(values ?? {}),
  write: (rows: readonly string[]) => Object.fromEntries(rows.map((row) => [row, {}])),
};
/** Names with values, as rows of `NAME=value`. */
export const labels = {
  read: (values: Readonly<Record<string, string>> | undefined) =>
    Object.entries(values ?? {}).map(([name, value]) => `${name}=${value}`),
  write: (rows: readonly string[]) =>
    Object.fromEntries(rows.map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)])),
};

/** How each list of the configuration is written as rows. */
const LISTS = {
  Entrypoint: texts,
  Cmd: texts,
  Env: texts,
  ExposedPorts: names,
  Volumes: names,
  Labels: labels,
  Shell: texts,
} as const;

interface ListCodec {
  readonly read: (value: Config[keyof typeof LISTS]) => readonly string[];
  readonly write: (rows: readonly string[]) => Config[keyof typeof LISTS];
}

export interface ConfigListProps extends Omit<ListFieldProps, 'values' | 'onChange'> {
  readonly field: keyof typeof LISTS;
}

/** A list of the image's configuration. */
export function ConfigList({ field, ...rest }: ConfigListProps) {
  const { config } = useTheDocument();
  const { read, write } = LISTS[field] as ListCodec;
  const put = (rows: readonly string[]) =>
    edit((document) => setConfig(document, { [field]: rows.length === 0 ? undefined : write(rows) }, field));
  return <ListField {...rest} values={read(config[field])} onChange={put} />;
}

type TextProps<Field extends string> = Omit<TextFieldProps, 'value' | 'onChange'> & { readonly field: Field };

/** A text of the image's configuration; an empty one is left out. */
export function ConfigText({ field, ...rest }: TextProps<'WorkingDir' | 'User' | 'StopSignal'>) {
  const { config } = useTheDocument();
  const put = (text: string) =>
    edit((document) => setConfig(document, { [field]: text || undefined }, field));
  return <TextField {...rest} name={`config.${field}`} value={config[field] ?? ''} onChange={put} />;
}

/** A text of the document itself. */
export function DocumentText({ field, ...rest }: TextProps<'name' | 'tag' | 'created'>) {
  const document = useTheDocument();
  const put = (text: string) => edit((current) => setField(current, { [field]: text || undefined }, field));
  return <TextField {...rest} value={document[field] ?? ''} onChange={put} />;
}
