import { ShieldQuestion } from 'lucide-react';
import { formatSource } from '../../../shared/source-notation.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { formatMoment } from '../../state/format.ts';
import { type Prompt, usePrompts } from '../../state/prompts.ts';
import { FilePicker } from './file-picker.tsx';
import styles from './prompts.module.css';

/** The question that waits for an answer, one at a time. */
export function Prompts() {
  const prompt = usePrompts((state) => state.prompts[0]);
  if (prompt === undefined) return null;
  switch (prompt.type) {
    case 'unsaved':
      return <Unsaved prompt={prompt} />;
    case 'trust':
      return <Trust prompt={prompt} />;
    case 'confirm':
      return <Confirm key={prompt.id} prompt={prompt} />;
    case 'recover':
      return <Recover prompt={prompt} />;
    case 'file':
      return <FilePicker key={prompt.id} {...prompt} />;
  }
}

type Of<Type extends Prompt['type']> = { readonly prompt: Extract<Prompt, { type: Type }> };

function Unsaved({ prompt: { title, answer } }: Of<'unsaved'>) {
  return (
    <Dialog
      open
      decision
      size="s"
      title={`Save the changes to ${title}?`}
      description="Without saving, they are lost."
      onClose={() => answer('cancel')}
      actions={
        <>
          <Button variant="danger" onClick={() => answer('discard')}>
            Don’t save
          </Button>
          <span className={styles.space} />
          <Button onClick={() => answer('cancel')}>Cancel</Button>
          <Button variant="primary" onClick={() => answer('save')}>
            Save
          </Button>
        </>
      }
    />
  );
}

function Trust({ prompt: { source, answer } }: Of<'trust'>) {
  return (
    <Dialog
      open
      decision
      title="Trust this package source?"
      description={
        <p>
          This document takes its packages from a source that you have not used before. Searching and building
          run Nix code of that source on this machine. Nothing of it has been run yet.
        </p>
      }
      onClose={() => answer(false)}
      actions={
        <>
          <Button onClick={() => answer(false)}>Not now</Button>
          <Button variant="primary" icon={ShieldQuestion} onClick={() => answer(true)}>
            Trust this source
          </Button>
        </>
      }
    >
      <dl className={styles.facts}>
        <dt>Source</dt>
        <dd>{source.title}</dd>
        <dt>Code from</dt>
        <dd>
          <code>{source.location}</code>
        </dd>
        <dt>Revision</dt>
        <dd>
          {source.revision ? <code>{source.revision}</code> : 'not pinned: it can change from day to day'}
        </dd>
        <dt>Written as</dt>
        <dd>
          <code>{formatSource(source.source)}</code>
        </dd>
      </dl>
    </Dialog>
  );
}

function Confirm({ prompt: { title, subject, text, stay, go, answer } }: Of<'confirm'>) {
  return (
    <Dialog
      open
      decision
      size="s"
      title={title}
      description={
        <div className={styles.confirm}>
          <code>{subject}</code>
          <p>{text}</p>
        </div>
      }
      onClose={() => answer(false)}
      actions={
        <>
          <Button onClick={() => answer(false)}>{stay}</Button>
          <Button variant="primary" onClick={() => answer(true)}>
            {go}
          </Button>
        </>
      }
    />
  );
}

function Recover({ prompt: { draft, answer } }: Of<'recover'>) {
  return (
    <Dialog
      open
      decision
      size="s"
      title="Recover unsaved work?"
      description={`Strata ended before the changes of ${formatMoment(draft.savedAt)} were saved.`}
      onClose={() => answer(false)}
      actions={
        <>
          <Button variant="danger" onClick={() => answer(false)}>
            Discard it
          </Button>
          <Button variant="primary" onClick={() => answer(true)}>
            Recover it
          </Button>
        </>
      }
    />
  );
}
