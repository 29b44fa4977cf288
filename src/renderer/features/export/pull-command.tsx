import { useState } from 'react';
import { CopyButton } from '../../components/failure-card.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { PULL_TOOLS, type PullTool, pullCommand } from '../../registry/reference-words.ts';
import styles from './ship.module.css';

/** What to type to get an image, for the tool of choice. */
export function PullCommand({ reference }: { readonly reference: string }) {
  const [tool, setTool] = useState<PullTool>('podman');
  const command = pullCommand(tool, reference);
  return (
    <div className={styles.pull}>
      <Segmented
        label="Container tool"
        value={tool}
        options={PULL_TOOLS.map((value) => ({ value, title: value }))}
        onChange={setTool}
      />
      <div className={styles.line}>
        <code>{command}</code>
        <CopyButton text={command} title="Copy command" />
      </div>
    </div>
  );
}
