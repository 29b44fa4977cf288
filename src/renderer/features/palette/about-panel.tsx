import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/section.tsx';
import { useHost } from '../../state/host.ts';
import { showPanel } from '../../state/ui.ts';
import styles from './about-panel.module.css';

export function AboutPanel() {
  const about = useHost((state) => state.about);
  const [showsNotices, setShowsNotices] = useState(false);
  if (about === null) return null;
  if (showsNotices) return <Notices onClose={() => setShowsNotices(false)} />;
  return (
    <Dialog
      open
      size="s"
      title={`Strata ${about.version}`}
      onClose={() => showPanel(null)}
      actions={<Button onClick={() => setShowsNotices(true)}>Third-party notices</Button>}
    >
      <Facts
        facts={[
          ['License', 'Apache-2.0'],
          ['Nix', about.nixVersion ?? 'not installed'],
          ['System', about.nixSystem],
          ['Node', about.nodeVersion],
          ['Cores', String(about.cores)],
          ['Cache', about.cacheDirectory],
          ['Log', about.logFile],
        ]}
      />
    </Dialog>
  );
}

/** The licenses of what the window and its host are made with, as the build wrote them. */
function Notices({ onClose }: { readonly onClose: () => void }) {
  const { data, isError } = useQuery({
    queryKey: ['third-party-notices'],
    queryFn: async () => {
      const answer = await fetch('third-party-notices.txt');
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.text();
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog open reading size="l" title="Third-party notices" onClose={onClose}>
      {isError ? <p>They are not in this build.</p> : <pre className={styles.notices}>{data}</pre>}
    </Dialog>
  );
}
