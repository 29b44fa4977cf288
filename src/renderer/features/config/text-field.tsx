import { type ReactNode, useState } from 'react';
import { InputField } from '../../components/field.tsx';
import { asSentence } from '../../state/document/schema-problem.ts';

export interface TextFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: string;
  readonly placeholder?: string;
  /** Of the control, to be found by. */
  readonly name?: string;
  readonly check: (value: string) => string | null;
  /** Why the image refuses what is in the document, as a sentence. */
  readonly refusal?: string | null;
  /** Called with every value that is right. */
  readonly onChange: (value: string) => void;
}

/** A text that is checked as it is typed. What is not right stays in the form and out of the document. */
export function TextField(props: TextFieldProps) {
  const { label, hint, value, name, placeholder, check, refusal = null, onChange } = props;
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  // Undo and presets change the value from outside; then the form follows.
  if (told !== value) {
    setTold(value);
    setText(value);
  }
  const problem = check(text);
  return (
    <InputField
      label={label}
      hint={hint}
      name={name}
      error={problem === null ? refusal : asSentence(problem)}
      mono
      placeholder={placeholder}
      value={text}
      onChange={(text) => {
        setText(text);
        if (check(text) !== null) return;
        setTold(text);
        onChange(text);
      }}
    />
  );
}
