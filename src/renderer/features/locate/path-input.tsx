import { FolderOpen } from 'lucide-react';
import type { FileDialog } from '../../../shared/contract/bridge.ts';
import { IconButton } from '../../components/button.tsx';
import { TextInput, type TextInputProps } from '../../components/field.tsx';
import { inBackground } from '../../state/notices.ts';
import { chooseFile } from '../../state/prompts.ts';

export interface PathInputProps extends Omit<TextInputProps, 'onChange' | 'value'> {
  readonly value: string;
  readonly dialog: FileDialog;
  readonly onChange: (value: string) => void;
  /** Called instead of `onChange` with a path from the dialog. */
  readonly onChoose?: (path: string) => void;
}

/** A path to write, or to choose in a dialog. */
export function PathInput({ value, dialog, onChange, onChoose = onChange, ...rest }: PathInputProps) {
  const choose = async () => {
    const path = await chooseFile('open', dialog);
    if (path !== null) onChoose(path);
  };
  return (
    <TextInput
      mono
      value={value}
      onChange={({ target }) => onChange(target.value)}
      trailing={
        <IconButton
          icon={FolderOpen}
          size={14}
          label="Choose a file"
          onClick={() => inBackground('No file could be chosen', choose)}
        />
      }
      {...rest}
    />
  );
}
