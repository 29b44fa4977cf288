import { useUi } from '../../state/ui.ts';
import { KnownPanel } from '../known/known-panel.tsx';
import { AboutPanel } from './about-panel.tsx';
import { CommandPalette } from './command-palette.tsx';
import { DoctorPanel } from './doctor-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { ShortcutsPanel } from './shortcuts-panel.tsx';
import { SourcesPanel } from './sources-panel.tsx';

/** The one panel that lies over the window, if any. */
export function Panels() {
  const panel = useUi((state) => state.panel);
  switch (panel) {
    case 'palette':
      return <CommandPalette />;
    case 'shortcuts':
      return <ShortcutsPanel />;
    case 'settings':
      return <SettingsPanel />;
    case 'about':
      return <AboutPanel />;
    case 'doctor':
      return <DoctorPanel />;
    case 'sources':
      return <SourcesPanel />;
    case 'known':
      return <KnownPanel />;
    case null:
      return null;
  }
}
