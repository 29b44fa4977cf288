import { ChevronDown, type LucideIcon } from 'lucide-react';
import { Switch as RadixSwitch } from 'radix-ui';
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';
import { itemAt } from '../../engine/graph/item-at.ts';
import { cx } from './class-names.ts';
import styles from './field.module.css';

export interface FieldProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | null | undefined;
  /** Gets what ties the control to its label, hint and error. */
  readonly children: (control: ControlProps) => ReactNode;
}

interface ControlProps {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

/** A control with its name, what it means, and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children({ id, 'aria-invalid': Boolean(error), 'aria-describedby': note ? `${id}-note` : undefined })}
      {note && (
        <p
          id={`${id}-note`}
          className={error ? styles.error : styles.hint}
          role={error ? 'alert' : undefined}
        >
          {note}
        </p>
      )}
    </div>
  );
}

export interface TextInputProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly mono?: boolean;
  readonly icon?: LucideIcon;
  readonly trailing?: ReactNode;
  readonly ref?: Ref<HTMLInputElement>;
}

export function TextInput({ mono, icon: Icon, trailing, className, ...rest }: TextInputProps) {
  return (
    <div className={cx(styles.frame, className)}>
      {Icon && <Icon className={styles.icon} size={15} aria-hidden />}
      <input
        className={cx(
          styles.input,
          mono && styles.mono,
          Icon !== undefined && styles.withIcon,
          Boolean(trailing) && styles.withTrailing,
        )}
        spellCheck={false}
        autoComplete="off"
        {...rest}
      />
      {trailing && <span className={styles.trailing}>{trailing}</span>}
    </div>
  );
}

export interface InputFieldProps
  extends Omit<FieldProps, 'children'>,
    Omit<TextInputProps, 'onChange' | 'children'> {
  readonly onChange: (text: string) => void;
}

/** A text with its name. */
export function InputField({ label, hint, error, onChange, ...rest }: InputFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <TextInput {...control} {...rest} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  );
}

export interface TextAreaFieldProps
  extends Omit<FieldProps, 'children'>,
    Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'children'> {
  readonly onChange: (text: string) => void;
}

/** A text of several lines with its name, in the letters of code. */
export function TextAreaField({ label, hint, error, onChange, ...rest }: TextAreaFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <textarea
          {...control}
          className={styles.area}
          spellCheck={false}
          rows={6}
          {...rest}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

export interface SelectProps<Value extends string | number>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> {
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly title: string;
    readonly disabled?: boolean;
  }[];
  readonly onChange: (value: Value) => void;
}

export function Select<Value extends string | number>({
  options,
  className,
  onChange,
  ...rest
}: SelectProps<Value>) {
  return (
    <div className={cx(styles.frame, className)}>
      <select
        className={styles.select}
        {...rest}
        onChange={({ target }) => onChange(itemAt(options, target.selectedIndex).value)}
      >
        {options.map(({ value, title, disabled }) => (
          <option key={value} value={value} disabled={disabled}>
            {title}
          </option>
        ))}
      </select>
      <ChevronDown className={styles.chevron} size={14} aria-hidden />
    </div>
  );
}

/** One of several, with its name. */
export function SelectField<Value extends string | number>({
  label,
  hint,
  ...rest
}: Omit<FieldProps, 'children' | 'error'> & SelectProps<Value>) {
  return (
    <Field label={label} hint={hint}>
      {(control) => <Select {...control} {...rest} />}
    </Field>
  );
}

export interface SwitchProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, hint, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.switchRow}>
      <RadixSwitch.Root
        id={id}
        className={styles.switch}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-describedby={hint ? `${id}-hint` : undefined}
      >
        <RadixSwitch.Thumb className={styles.thumb} />
      </RadixSwitch.Root>
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className={styles.hint}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
