import { pathsToLinkSchema } from '../../../shared/document/root-fields.ts';
import { Card } from '../../components/card.tsx';
import { InputField } from '../../components/field.tsx';
import { ListField } from '../../components/list-field.tsx';
import { setPathsToLink, setPriority } from '../../state/document/root-edits.ts';
import { problemOf } from '../../state/document/schema-problem.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';

const USUAL_PRIORITY = 5;

/** How the files of packages become one root. */
export function Merging() {
  const { packages, priorities = {}, pathsToLink = [] } = useTheDocument();
  return (
    <>
      <Card title="What packages bring">
        <ListField
          label="Paths to link"
          hint="Only these of each package; all of it where there are none."
          placeholder="/bin"
          addTitle="Add a path"
          values={pathsToLink}
          named
          check={(value) => problemOf(pathsToLinkSchema, [value])}
          onChange={(paths) => edit((document) => setPathsToLink(document, paths))}
        />
      </Card>
      <Card title="Priorities">
        <p className={styles.quiet}>
          Where two packages have the same file, the lowest number wins. Left empty, it is what the package
          says, mostly {USUAL_PRIORITY}.
        </p>
        <ul className={styles.priorities} aria-label="Priorities of packages">
          {packages.map((name) => (
            <li key={name}>
              <Priority name={name} value={Object.hasOwn(priorities, name) ? priorities[name] : undefined} />
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}

function Priority({ name, value }: { readonly name: string; readonly value: number | undefined }) {
  return (
    <InputField
      label={name}
      type="number"
      placeholder={`${USUAL_PRIORITY}`}
      value={value ?? ''}
      onChange={(text) => {
        const number = Number(text);
        if (!Number.isSafeInteger(number)) return;
        edit((document) => setPriority(document, name, text === '' ? undefined : number));
      }}
    />
  );
}
