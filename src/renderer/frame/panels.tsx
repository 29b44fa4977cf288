import { NewPanel } from '../features/documents/new-panel.tsx';
import { KnownPanel } from '../features/known/known-panel.tsx';
import { AboutPanel } from '../features/palette/about-panel.tsx';
import { CommandPalette } from '../features/palette/command-palette.tsx';
import { DoctorPanel } from '../features/palette/doctor-panel.tsx';
import { SettingsPanel } from '../features/palette/settings-panel.tsx';
import { ShortcutsPanel } from '../features/palette/shortcuts-panel.tsx';
import { SourcesPanel } from '../features/palette/sources-panel.tsx';
import { useUi } from '../state/ui.ts';

/** The one panel that lies over the window, if any. */
export function Panels() {
  const panel = useUi((state) => state.panel);
  switch (panel) {
    case 'new':
      return <NewPanel />;
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
