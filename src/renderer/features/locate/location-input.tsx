import type { ReactNode } from 'react';
import { Field } from '../../components/field.tsx';
import { useHost } from '../../state/host.ts';
import { PathInput } from './path-input.tsx';

export interface LocationInputProps {
  readonly label: ReactNode;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Whether documents are images here too. */
  readonly documents?: boolean;
}

/** Where an image is: a file, a directory or a reference. */
export function LocationInput({ label, hint, value, onChange, documents = false }: LocationInputProps) {
  const directory = useHost((state) => state.about?.workingDirectory ?? null);
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <PathInput
          {...control}
          value={value}
          placeholder="image.tar or registry/name:tag"
          dialog={{
            title: 'Choose an image',
            defaultPath: directory,
            filters: [{ name: 'Image', extensions: documents ? ['tar', 'strata.json'] : ['tar'] }],
            directory: false,
          }}
          onChange={onChange}
        />
      )}
    </Field>
  );
}
