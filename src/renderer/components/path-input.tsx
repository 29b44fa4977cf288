import { File, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import type { FileDialog } from '../../shared/contract/bridge.ts';
import { inBackground } from '../state/notices.ts';
import { chooseFile } from '../state/prompts.ts';
import { IconButton } from './button.tsx';
import { TextInput, type TextInputProps } from './field.tsx';

export interface PathInputProps extends Omit<TextInputProps, 'onChange' | 'value'> {
  readonly value: string;
  readonly dialog: FileDialog;
  /** Whether a directory may be chosen, too. */
  readonly directories?: boolean;
  readonly onChange: (value: string) => void;
  /** Called instead of `onChange` with a path from the dialog. */
  readonly onChoose?: (path: string) => void;
}

export interface TakenPathInputProps extends Omit<PathInputProps, 'onChange' | 'onChoose'> {
  /** Called with another path than the value, without blanks around it. */
  readonly onTake: (path: string) => void;
}

/** A path that is taken when it is chosen, or the field is left. */
export function TakenPathInput({ value, onTake, ...rest }: TakenPathInputProps) {
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  if (told !== value) {
    setTold(value);
    setText(value);
  }
  const take = (path: string) => {
    setText(path);
    if (path.trim() !== value) onTake(path.trim());
  };
  return (
    <PathInput
      {...rest}
      value={text}
      onChange={setText}
      onChoose={take}
      onBlur={() => take(text)}
      onKeyDown={({ key }) => key === 'Enter' && take(text)}
    />
  );
}

/** A path to write, or to choose in a dialog. */
export function PathInput(props: PathInputProps) {
  const { value, dialog, directories = false, onChange, onChoose = onChange, ...rest } = props;
  const choose = async (request: FileDialog) => {
    const path = await chooseFile('open', request);
    if (path !== null) onChoose(path);
  };
  return (
    <TextInput
      mono
      value={value}
      onChange={({ target }) => onChange(target.value)}
      trailing={
        <>
          <IconButton
            icon={directories ? File : FolderOpen}
            size={14}
            label="Choose a file"
            onClick={() => inBackground('No file could be chosen', () => choose(dialog))}
          />
          {directories && (
            <IconButton
              icon={FolderOpen}
              size={14}
              label="Choose a directory"
              onClick={() =>
                inBackground('No directory could be chosen', () =>
                  choose({ ...dialog, title: 'Choose a directory', filters: [], directory: true }),
                )
              }
            />
          )}
        </>
      }
      {...rest}
    />
  );
}
