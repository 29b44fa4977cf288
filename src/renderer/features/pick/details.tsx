import { skipToken } from '@tanstack/react-query';
import { ExternalLink, Minus, Plus } from 'lucide-react';
import type { PackageDetails } from '../../../shared/contract/catalog.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { joinPackageName, splitPackageName } from '../../../shared/package-sources.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureCard } from '../../components/failure-card.tsx';
import { Spinner } from '../../components/progress.tsx';
import { Facts, Section } from '../../components/section.tsx';
import { addPackages, removePackages } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { questions, useAnswer } from '../../state/questions.ts';
import { useCatalog, useIsListed, useSourceOf } from './catalog-state.ts';
import styles from './details.module.css';
import { Marks } from './marks.tsx';
import { packageInDocument } from './package-name.ts';
import { useImageUnderHand } from './use-closures.ts';

/** The package that is looked at: what it is, and what it would add. */
export function Details() {
  const shown = useCatalog((state) => state.shown);
  const { value: details, failure, retry } = useDetails(shown);
  if (shown === null) {
    return (
      <EmptyState plain title="Nothing chosen">
        Choose a package to see what it is and what it would add.
      </EmptyState>
    );
  }
  if (failure) {
    return (
      <div className={styles.pending}>
        <FailureCard compact title="The package could not be looked up" failure={failure} onRetry={retry} />
      </div>
    );
  }
  if (details === null) {
    return (
      <div className={styles.pending}>
        <Spinner label="Looking up the package" />
      </div>
    );
  }
  return <Description details={details} source={splitPackageName(shown).source} />;
}

interface DescriptionProps {
  readonly details: PackageDetails;
  /** The name of its source; null is the one without a name. */
  readonly source: string | null;
}

function Description({ details, source }: DescriptionProps) {
  const { packages } = useTheDocument();
  const name = joinPackageName(source, details.attribute);
  const inside = packageInDocument(packages, name);
  return (
    <div className={styles.details}>
      <header className={styles.header}>
        <h2>{details.attribute}</h2>
        <span className={styles.version}>{details.version}</span> <Marks marks={details.marks} />
        <p className={styles.description}>{details.description}</p>
      </header>
      {!details.isSet && (
        <div className={styles.add}>
          {inside === null ? (
            <Button
              variant="primary"
              icon={Plus}
              onClick={() => edit((document) => addPackages(document, [name]))}
            >
              Add to the image
            </Button>
          ) : (
            <Button icon={Minus} onClick={() => edit((document) => removePackages(document, [inside]))}>
              Take out
            </Button>
          )}
        </div>
      )}
      {!details.isSet && (
        <Section title={inside === null ? 'What it would add' : 'What it adds'}>
          <Cost name={inside ?? name} isChosen={inside !== null} />
        </Section>
      )}
      {details.notices.length > 0 && (
        <Section title="To know">
          {details.notices.map((notice) => (
            <p key={notice}>{notice}</p>
          ))}
        </Section>
      )}
      {details.outputs.length > 1 && <Outputs details={details} of={name} inside={inside} />}
      {details.programs.length > 0 && (
        <Section title={count(details.programs.length, 'program')}>
          <p className={styles.programs}>
            {details.programs.slice(0, 24).map((program) => (
              <code key={program} data-main={program === details.mainProgram || undefined}>
                {program}
              </code>
            ))}
            {details.programs.length > 24 && `and ${details.programs.length - 24} more`}
          </p>
        </Section>
      )}
      {details.versions.length > 0 && (
        <Section title="Other versions">
          <ul>
            {details.versions.map(({ attribute, version }) => (
              <li key={attribute}>
                <button
                  type="button"
                  className={styles.other}
                  onClick={() => useCatalog.setState({ shown: joinPackageName(source, attribute) })}
                >
                  {attribute} <small>{version}</small>
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {(details.licences.length > 0 || details.homepage) && (
        <Section title="About">
          <Facts
            facts={[
              ...(details.licences.length > 0 ? [['Licence', details.licences.join(', ')] as const] : []),
              ...(details.homepage
                ? [
                    [
                      'Homepage',
                      <a key="homepage" href={details.homepage} target="_blank" rel="noreferrer noopener">
                        {details.homepage.replace(/^https?:\/\//, '')} <ExternalLink size={11} aria-hidden />
                      </a>,
                    ] as const,
                  ]
                : []),
            ]}
          />
        </Section>
      )}
    </div>
  );
}

interface CostProps {
  readonly name: string;
  readonly isChosen: boolean;
}

/** The same numbers as beside the packages that are chosen. */
function Cost({ name, isChosen }: CostProps) {
  const { sizes, closureOf } = useImageUnderHand([name]);
  const closure = closureOf(name);
  if (closure === undefined) return <Spinner label="Asking what it would add" />;
  if (!closure.known) return <p className={styles.unknown}>Known once it is built. {closure.reason}</p>;
  const share = sizes.share(name, closure);
  if (share === null) return null;
  const { addedBytes, addedPaths, sharedBytes, closurePaths, closureBytes, downloadBytes, from } = share;
  return (
    <>
      <p className={styles.cost} data-free={addedBytes === 0 || undefined}>
        {addedBytes === 0 ? 'Nothing more' : `+${formatBytes(addedBytes)}`}
      </p>
      <p className={styles.costFacts}>
        {addedPaths === 0
          ? `Other packages of the image bring all ${count(closurePaths, 'path')}.`
          : `${count(addedPaths, isChosen ? 'path of its own' : 'new path', isChosen ? 'paths of its own' : 'new paths')}${
              sharedBytes > 0 ? `; shares ${formatBytes(sharedBytes)} with other packages of the image` : ''
            }.`}
      </p>
      <Facts
        facts={[
          [isChosen ? 'Image' : 'Image with it', formatBytes(share.imageBytes)],
          ['With all it needs', `${formatBytes(closureBytes)} in ${count(closurePaths, 'path')}`],
          [
            'To fetch',
            downloadBytes === null
              ? 'not told'
              : downloadBytes === 0
                ? 'nothing, it is in the store'
                : `${formatBytes(downloadBytes)} from ${from}`,
          ],
        ]}
      />
    </>
  );
}

interface OutputsProps {
  readonly details: PackageDetails;
  /** As a document names it. */
  readonly of: string;
  readonly inside: string | null;
}

/** Which part of the package is wanted. */
function Outputs({ details, of, inside }: OutputsProps) {
  const chosen = inside === null ? null : inside.slice(of.length + 1);
  const choose = (output: string) => {
    const name = output === '' ? of : `${of}.${output}`;
    edit((document) => ({
      document: {
        ...document,
        packages:
          inside === null
            ? [...document.packages, name]
            : document.packages.map((other) => (other === inside ? name : other)),
      },
      title: `Choose ${name}`,
    }));
  };
  return (
    <Section title="Outputs">
      <div className={styles.outputs}>
        {['', ...details.outputs].map((output) => (
          <Button
            key={output}
            small
            aria-pressed={chosen === output}
            variant={chosen === output ? 'primary' : 'default'}
            onClick={() => choose(output)}
          >
            {output === '' ? 'default' : output}
          </Button>
        ))}
      </div>
    </Section>
  );
}

function useDetails(name: string | null) {
  const sourceOf = useSourceOf();
  const isListed = useIsListed();
  return useAnswer(
    questions().catalog.details.queryOptions({
      input: name === null || !isListed ? skipToken : question(sourceOf(name)),
    }),
  );
}

function question({ selection, attribute }: ReturnType<ReturnType<typeof useSourceOf>>) {
  return { ...selection, attribute };
}
