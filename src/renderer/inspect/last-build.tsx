import { Hammer, History } from 'lucide-react';
import type { ReactNode } from 'react';
import type { BuildResult } from '../../shared/contract/builds.ts';
import { Button } from '../components/button.tsx';
import { changesSince } from '../state/changes-since.ts';
import { useTheDocument } from '../state/document/store.ts';
import { isOutOfDate, startBuild } from '../state/work.ts';
import styles from './last-build.module.css';

export interface OfLastBuildProps {
  readonly build: BuildResult;
  readonly children: ReactNode;
}

/** What shows a build. Where the document asks for something else by now, it is veiled, and a line says what changed. */
export function OfLastBuild({ build, children }: OfLastBuildProps) {
  const document = useTheDocument();
  const stale = isOutOfDate(build, document);
  return (
    <div className={styles.frame}>
      {/* Always there, so that a screen reader hears what comes into it. */}
      <div role="status" className={styles.line} hidden={!stale}>
        {stale && (
          <>
            <History size={15} aria-hidden />
            <span>Of the last build; {changesSince(build.selection, document)}.</span>
            <Button small variant="primary" icon={Hammer} onClick={() => void startBuild()}>
              Build now
            </Button>
          </>
        )}
      </div>
      <div className={styles.screen} data-veiled={stale || undefined}>
        {children}
      </div>
    </div>
  );
}
