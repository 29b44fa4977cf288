import { PackageCheck } from 'lucide-react';
import type { BuildResult } from '../../../shared/contract/builds.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import styles from './built-packages.module.css';
import { Pane } from './pane.tsx';

/** What a build gave: the packages, and where they came from. */
export function BuiltPackages({ result }: { readonly result: BuildResult }) {
  const { packages, storePaths, closureBytes, sourceDescription, revision, system } = result;
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
        From {sourceDescription}
        {revision && (
          <>
            , <code>{revision.slice(0, 12)}</code>
          </>
        )}
        , for {system}.
      </p>
    </Pane>
  );
}
