import { PackageCheck } from 'lucide-react';
import { Fragment } from 'react';
import type { BuildResult } from '../../../shared/contract/builds.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import styles from './built-packages.module.css';
import { Pane } from './pane.tsx';

/** What a build gave: the packages, and where they came from. */
export function BuiltPackages({ result }: { readonly result: BuildResult }) {
  const { packages, storePaths, closureBytes, system } = result;
  const sources = result.sources.length > 0 ? result.sources : [{ ...result, name: null }];
  return (
    <Pane
      title="Packages"
      facts={
        <span>
          {count(storePaths, 'path')} with all they need, {formatBytes(closureBytes)}
        </span>
      }
    >
      <ul>
        {packages.map(({ attribute, version, asked, storePaths: paths }) => (
          <li key={attribute} className={styles.row}>
            <PackageCheck size={14} aria-hidden />
            <strong>{attribute}</strong>
            <span>{version}</span>
            {asked === null && <em>in every image</em>}
            <code title={paths.join('\n')}>{paths[0]}</code>
          </li>
        ))}
      </ul>
      <p className={styles.source}>
        For {system}, from{' '}
        {sources.map(({ name, sourceDescription, revision }, index) => (
          <Fragment key={name ?? ''}>
            {index > 0 && '; '}
            {name !== null && <strong>{name}: </strong>}
            {sourceDescription}
            {revision && (
              <>
                , <code>{revision.slice(0, 12)}</code>
              </>
            )}
          </Fragment>
        ))}
        .
      </p>
    </Pane>
  );
}
