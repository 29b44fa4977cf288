import {
  ChevronDown,
  ExternalLink,
  FilePlus2,
  FolderOpen,
  LayoutTemplate,
  Save,
  SaveAll,
  Sparkles,
} from 'lucide-react';
import { shell } from '../client/transport.ts';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../components/menu.tsx';
import { useRecent } from '../features/documents/use-recent.ts';
import {
  newDocument,
  openExample,
  openPath,
  openWithDialog,
  saveDocument,
  saveDocumentAs,
} from '../state/document/actions.ts';
import { documentTitle, isEdited, useDocument } from '../state/document/store.ts';
import { showPanel } from '../state/ui.ts';
import styles from './document-menu.module.css';

/** The document's name, its state, and what can be done with it. */
export function DocumentMenu() {
  const open = useDocument((state) => state.open);
  const recent = useRecent();
  const title = open === null ? 'Strata' : documentTitle(open);
  const edited = open !== null && isEdited(open);
  const state = open === null ? '' : edited ? 'Edited' : open.path === null ? 'Not saved' : '';
  return (
    <Menu
      label="Document"
      trigger={
        <button type="button" className={styles.trigger} aria-label={`Document ${title}. ${state}`}>
          <span className={styles.title}>{title}</span>
          {state && (
            <span className={styles.state} data-edited={edited || undefined}>
              {state}
            </span>
          )}
          <ChevronDown size={14} aria-hidden />
        </button>
      }
    >
      <MenuItem icon={FilePlus2} title="New document" shortcut="alt+n" onSelect={() => void newDocument()} />
      <MenuItem icon={LayoutTemplate} title="New from a preset…" onSelect={() => showPanel('new')} />
      <MenuItem
        icon={ExternalLink}
        title="New window"
        onSelect={() =>
          shell ? shell.newWindow(null) : window.open(location.pathname, '_blank', 'noopener')
        }
      />
      <MenuItem icon={FolderOpen} title="Open…" shortcut="mod+o" onSelect={() => void openWithDialog()} />
      {recent.length > 0 && (
        <>
          <MenuSeparator />
          <MenuLabel>Recent</MenuLabel>
          {recent.slice(0, 6).map(({ path, name, directory, exists }) => (
            <MenuItem
              key={path}
              title={name}
              detail={exists ? directory : 'no longer there'}
              disabled={!exists}
              onSelect={() => void openPath(path)}
            />
          ))}
        </>
      )}
      <MenuSeparator />
      <MenuItem
        icon={Save}
        title="Save"
        shortcut="mod+s"
        disabled={open === null}
        onSelect={() => void saveDocument()}
      />
      <MenuItem
        icon={SaveAll}
        title="Save as…"
        shortcut="mod+shift+s"
        disabled={open === null}
        onSelect={() => void saveDocumentAs()}
      />
      <MenuSeparator />
      <MenuItem icon={Sparkles} title="Open the example" onSelect={() => void openExample()} />
    </Menu>
  );
}
