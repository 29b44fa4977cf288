import { SelectField, Switch } from '../../components/field.tsx';
import { ListField } from '../../components/list-field.tsx';
import { editAndTell } from '../../state/document/actions.ts';
import { setAnnotations, setMediaTypes, setTags } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { CHECKS } from './config-checks.ts';
import { labels } from './config-fields.tsx';

export function Tags() {
  const { tags = [] } = useTheDocument();
  return (
    <ListField
      label="Further tags"
      hint="Exported files have them, and so does a push to a reference without a tag."
      placeholder="stable"
      addTitle="Add a tag"
      named
      values={tags}
      check={CHECKS.tag}
      onChange={(values) => edit((document) => setTags(document, values))}
    />
  );
}

export function MediaTypes() {
  const document = useTheDocument();
  const choose = (value: typeof document.mediaTypes) => {
    const { lost } = setMediaTypes(document, value);
    if (lost.length === 0) edit((current) => setMediaTypes(current, value));
    else
      editAndTell(
        (current) => setMediaTypes(current, value),
        `Without ${lost.join(' and ')}`,
        value === 'oci' ? 'OCI’s images have no such thing.' : 'Docker’s manifests have none.',
      );
  };
  return (
    <SelectField
      label="Media types"
      hint="Docker’s own are for clients from before 2017, and have health checks."
      value={document.mediaTypes}
      options={[
        { value: 'oci', title: 'OCI' },
        { value: 'docker', title: 'Docker' },
      ]}
      onChange={choose}
    />
  );
}

export function Annotations() {
  const { annotations } = useTheDocument();
  return (
    <>
      <Switch
        label="Annotations"
        hint="The usual ones are filled in: title, source, revision, base."
        checked={annotations !== undefined}
        onChange={(on) => edit((document) => setAnnotations(document, on ? {} : undefined))}
      />
      {annotations !== undefined && (
        <ListField
          label="Annotations of your own"
          hint="An empty value leaves out a usual one."
          placeholder="org.opencontainers.image.licenses=MIT"
          addTitle="Add an annotation"
          named
          values={labels.read(annotations)}
          check={CHECKS.annotation}
          onChange={(rows) => edit((document) => setAnnotations(document, labels.write(rows)))}
        />
      )}
    </>
  );
}
