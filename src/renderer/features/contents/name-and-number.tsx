import { InputField } from '../../components/field.tsx';
import { asSentence } from '../../state/document/schema-problem.ts';
import styles from './contents-screen.module.css';

export interface NameAndNumberProps {
  readonly name: string;
  readonly nameProblem: string | null;
  readonly namePlaceholder: string;
  readonly onName: (name: string) => void;
  readonly id: string;
  readonly idProblem: string | null;
  readonly idPlaceholder: string;
  readonly onId: (id: string) => void;
}

/** What a new user is called and its number, and a new group. */
export function NameAndNumber(props: NameAndNumberProps) {
  const { name, nameProblem, namePlaceholder, onName, id, idProblem, idPlaceholder, onId } = props;
  return (
    <div className={styles.pair}>
      <InputField
        label="Name"
        mono
        placeholder={namePlaceholder}
        value={name}
        error={nameProblem === null ? null : asSentence(nameProblem)}
        onChange={onName}
      />
      <InputField
        label="Number"
        mono
        inputMode="numeric"
        placeholder={idPlaceholder}
        value={id}
        error={idProblem === null ? null : 'Expected a number from 0 to 4294967294.'}
        onChange={onId}
      />
    </div>
  );
}
