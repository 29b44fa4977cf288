import type { ReactNode } from 'react';
import { Field } from '../components/field.tsx';
import { PathInput } from '../components/path-input.tsx';
import { useHost } from '../state/host.ts';

export interface LocationInputProps {
  readonly label: ReactNode;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | null;
  /** Whether documents are images here too. */
  readonly documents?: boolean;
  /** Whether closure graphs, plans and directories of any of these are images here too. */
  readonly planned?: boolean;
}

/** Where an image is: a file, a directory or a reference. */
export function LocationInput(props: LocationInputProps) {
  const { label, hint, error, value, onChange, documents = false, planned = false } = props;
  const directory = useHost((state) => state.about?.workingDirectory ?? null);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <PathInput
          {...control}
          value={value}
          placeholder="image.tar or registry/name:tag"
          dialog={{
            title: 'Choose an image',
            defaultPath: directory,
            filters: [
              {
                name: 'Image',
                extensions: planned ? ['tar', 'json'] : documents ? ['tar', 'strata.json'] : ['tar'],
              },
            ],
            directory: false,
          }}
          directories={planned}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
