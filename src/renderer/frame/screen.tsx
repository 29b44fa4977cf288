import { BuildScreen } from '../features/build/build-screen.tsx';
import { CompareScreen } from '../features/compare/compare-screen.tsx';
import { ConfigScreen } from '../features/config/config-screen.tsx';
import { ContentsScreen } from '../features/contents/contents-screen.tsx';
import { DominatorsScreen } from '../features/dominators/dominators-screen.tsx';
import { ExportScreen } from '../features/export/export-screen.tsx';
import { FilesScreen } from '../features/files/files-screen.tsx';
import { GraphScreen } from '../features/graph/graph-screen.tsx';
import { OpenScreen } from '../features/open/open-screen.tsx';
import { PickScreen } from '../features/pick/pick-screen.tsx';
import { RunScreen } from '../features/run/run-screen.tsx';
import { StrataScreen } from '../features/strata/strata-screen.tsx';
import type { ScreenId } from '../state/ui.ts';

export function Screen({ id }: { readonly id: ScreenId }) {
  switch (id) {
    case 'pick':
      return <PickScreen />;
    case 'build':
      return <BuildScreen />;
    case 'strata':
      return <StrataScreen />;
    case 'graph':
      return <GraphScreen />;
    case 'dominators':
      return <DominatorsScreen />;
    case 'files':
      return <FilesScreen />;
    case 'contents':
      return <ContentsScreen />;
    case 'config':
      return <ConfigScreen />;
    case 'export':
      return <ExportScreen />;
    case 'run':
      return <RunScreen />;
    case 'compare':
      return <CompareScreen />;
    case 'open':
      return <OpenScreen />;
  }
}
