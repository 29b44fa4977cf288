import { FolderOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../../components/button.tsx';
import { Field, TextInput } from '../../components/field.tsx';
import { useHost } from '../../state/host.ts';
import { inBackground } from '../../state/notices.ts';
import { chooseFile } from '../../state/prompts.ts';

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
  const choose = async () => {
    const path = await chooseFile('open', {
      title: 'Choose an image',
      defaultPath: directory,
      filters: [{ name: 'Image', extensions: documents ? ['tar', 'strata.json'] : ['tar'] }],
      directory: false,
    });
    if (path !== null) onChange(path);
  };
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <TextInput
          {...control}
          mono
          value={value}
          placeholder="image.tar or registry/name:tag"
          onChange={({ target }) => onChange(target.value)}
          trailing={
            <IconButton
              icon={FolderOpen}
              size={14}
              label="Choose a file"
              onClick={() => inBackground('No file could be chosen', choose)}
            />
          }
        />
      )}
    </Field>
  );
}
