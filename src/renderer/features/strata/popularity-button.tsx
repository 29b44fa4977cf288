import { ChartNoAxesColumnIncreasing } from 'lucide-react';
import { useMemo } from 'react';
import { countMatched } from '../../../engine/plan/popularity-match.ts';
import { hintOf } from '../../client/failure.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { TakenPathInput } from '../../components/path-input.tsx';
import { fileNameOf, parentDirectory } from '../../components/paths.ts';
import { Popover } from '../../components/popover.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import { takePopularity } from '../../state/closure/store.ts';
import { refOf } from '../../state/document/actions.ts';
import { type OpenDocument, useDocument, useOpen } from '../../state/document/store.ts';
import { host, useHost } from '../../state/host.ts';
import { usePopularity } from '../../state/popularity.ts';
import { useStart } from '../../state/use-start.ts';
import styles from './hints.module.css';

/** Whose counts say how likely a path is to be in other images too: those of the package source, or of a file. */
export function PopularityButton({ closure }: { readonly closure: Closure }) {
  const chosen = usePopularity((state) => state.chosen);
  return (
    <Popover
      label="Popularity"
      trigger={
        <Button variant="ghost" icon={ChartNoAxesColumnIncreasing}>
          {chosen === null ? 'Popularity' : `Popularity · ${fileNameOf(chosen.location)}`}
        </Button>
      }
    >
      <CountsField closure={closure} location={chosen?.location ?? ''} />
    </Popover>
  );
}

interface CountsFieldProps {
  readonly closure: Closure;
  /** Of the file that was chosen; empty for none. */
  readonly location: string;
}

/** A file of counts, taken when it is chosen or the field is left. */
function CountsField({ closure, location }: CountsFieldProps) {
  const open = useOpen();
  const directory = useHost((state) => state.about?.workingDirectory ?? null);
  const { start, starting, failure } = useStart((path: string) => choose(open, path));
  return (
    <>
      <Field
        label="Counts"
        hint="A JSON object from names to numbers, as `strata popularity` writes it."
        error={failure && [failure.message, hintOf(failure)].filter(Boolean).join(' ')}
      >
        {(control) => (
          <TakenPathInput
            {...control}
            value={location}
            placeholder="those of the package source"
            dialog={{
              title: 'Choose popularity counts',
              defaultPath: parentDirectory(location) ?? directory,
              filters: [{ name: 'Popularity counts', extensions: ['json'] }],
              directory: false,
            }}
            onTake={start}
          />
        )}
      </Field>
      <Matches closure={closure} />
      <Button small disabled={starting || location === ''} onClick={() => start('')}>
        Count as the package source does
      </Button>
    </>
  );
}

function Matches({ closure }: { readonly closure: Closure }) {
  const { graph, popularity } = closure;
  const matched = useMemo(() => countMatched(graph, popularity), [graph, popularity]);
  return (
    <p className={styles.note} role="status">
      {matched === 0
        ? 'Nothing is counted for the paths of this image: each is as popular as the next.'
        : `${matched} of the ${graph.size} paths of this image are counted; the others are in one package only.`}
    </p>
  );
}

/** Has the host read the counts at a path, or forget them where there is none. */
async function choose(open: OpenDocument, path: string): Promise<void> {
  const ref = refOf(open);
  const chosen = path === '' ? null : await host().popularity.choose({ ref, path });
  if (chosen === null) await host().popularity.forget(ref);
  // Another document may have been opened meanwhile.
  if (useDocument.getState().open?.draft === open.draft) takePopularity(chosen);
}
