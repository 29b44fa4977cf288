import { Dialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/section.tsx';
import { useHost } from '../../state/host.ts';
import { showPanel } from '../../state/ui.ts';

export function AboutPanel() {
  const about = useHost((state) => state.about);
  if (about === null) return null;
  return (
    <Dialog open size="s" title={`Strata ${about.version}`} onClose={() => showPanel(null)}>
      <Facts
        facts={[
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
