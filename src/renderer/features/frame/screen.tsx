import type { ScreenId } from '../../state/ui.ts';
import { BuildScreen } from '../build/build-screen.tsx';
import { CompareScreen } from '../compare/compare-screen.tsx';
import { ConfigScreen } from '../config/config-screen.tsx';
import { DominatorsScreen } from '../dominators/dominators-screen.tsx';
import { ExportScreen } from '../export/export-screen.tsx';
import { FilesScreen } from '../files/files-screen.tsx';
import { GraphScreen } from '../graph/graph-screen.tsx';
import { OpenScreen } from '../open/open-screen.tsx';
import { PickScreen } from '../pick/pick-screen.tsx';
import { StrataScreen } from '../strata/strata-screen.tsx';

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
    case 'config':
      return <ConfigScreen />;
    case 'export':
      return <ExportScreen />;
    case 'compare':
      return <CompareScreen />;
    case 'open':
      return <OpenScreen />;
  }
}
