import {
  Box,
  Boxes,
  Cog,
  FileCode2,
  FilePlus2,
  FolderOpen,
  FolderTree,
  GitCompareArrows,
  Hammer,
  Info,
  Keyboard,
  Layers,
  Layers2,
  LayoutTemplate,
  ListTree,
  type LucideIcon,
  Moon,
  Network,
  PackageOpen,
  PackageSearch,
  Redo2,
  Save,
  Search,
  Share,
  SlidersHorizontal,
  Sparkles,
  SquareTerminal,
  Stethoscope,
  Sun,
  SunMoon,
  Undo2,
} from 'lucide-react';
import { flushSync } from 'react-dom';
import {
  newDocument,
  openExample,
  openWithDialog,
  saveDocument,
  saveDocumentAs,
} from './document/actions.ts';
import { redo, undo } from './document/store.ts';
import { changeSettings } from './settings.ts';
import { isTyping, matchesShortcut } from './shortcuts.ts';
import { type ScreenId, showPanel, showScreen, useUi } from './ui.ts';
import { startBuild } from './work.ts';

/** Something that the window can do: in the palette, by its keys, or from a button. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: 'Go to' | 'Document' | 'Image' | 'Window';
  readonly icon: LucideIcon;
  readonly shortcut?: string;
  /** Other keys that some platforms have for it. */
  readonly alternative?: string;
  /** Further words by which it is found. */
  readonly keywords?: readonly string[];
  readonly run: () => void;
}

export interface ScreenInfo {
  readonly id: ScreenId;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly hint: string;
}

export const SCREEN_INFO: readonly ScreenInfo[] = [
  { id: 'pick', title: 'Packages', icon: PackageSearch, hint: 'Choose what goes into the image' },
  { id: 'build', title: 'Build', icon: Hammer, hint: 'Derivations, downloads and logs' },
  { id: 'strata', title: 'Strata', icon: Layers, hint: 'The image in cross-section' },
  { id: 'graph', title: 'Graph', icon: Network, hint: 'What refers to what, and why' },
  { id: 'dominators', title: 'Weight', icon: Boxes, hint: 'What goes if this goes: the dominator tree' },
  { id: 'files', title: 'Files', icon: ListTree, hint: 'Layers and files' },
  { id: 'contents', title: 'Contents', icon: FolderTree, hint: 'The root file system, owners, accounts' },
  { id: 'config', title: 'Config', icon: SlidersHorizontal, hint: 'How a container of it runs' },
  { id: 'export', title: 'Export', icon: Share, hint: 'Write the image to a file, push it, serve it' },
  { id: 'run', title: 'Run', icon: SquareTerminal, hint: 'Run the image in a terminal' },
  { id: 'compare', title: 'Compare', icon: GitCompareArrows, hint: 'Two images side by side' },
  { id: 'open', title: 'Inspect', icon: PackageOpen, hint: 'Look into any image' },
];

const screens: readonly Command[] = SCREEN_INFO.map(({ id, title, icon, hint }, index) => ({
  id: `screen.${id}`,
  title,
  group: 'Go to',
  icon,
  ...(index < 9 ? { shortcut: `mod+${index + 1}` } : {}),
  keywords: [hint],
  run: () => showScreen(id),
}));

const theme = (value: 'system' | 'light' | 'dark', title: string, icon: LucideIcon): Command => ({
  id: `theme.${value}`,
  title,
  group: 'Window',
  icon,
  keywords: ['theme', 'appearance', 'colour'],
  run: () => changeSettings({ theme: value }),
});

/** Everything that the window can do, in the order of the palette. */
export const COMMANDS: readonly Command[] = [
  ...screens,
  {
    id: 'build',
    title: 'Build',
    group: 'Image',
    icon: Hammer,
    shortcut: 'mod+b',
    run: () => void startBuild(),
  },
  {
    id: 'find-package',
    title: 'Find a package',
    group: 'Image',
    icon: Search,
    shortcut: '/',
    keywords: ['search', 'add'],
    run: focusSearch,
  },
  {
    id: 'export',
    title: 'Export the image…',
    group: 'Image',
    icon: Box,
    shortcut: 'mod+e',
    run: () => showScreen('export'),
  },
  {
    id: 'known',
    title: 'Known images…',
    group: 'Image',
    icon: Layers2,
    keywords: ['reuse', 'take over', 'share layers', 'existing', 'registry'],
    run: () => showPanel('known'),
  },
  { id: 'undo', title: 'Undo', group: 'Document', icon: Undo2, shortcut: 'mod+z', run: undo },
  {
    id: 'redo',
    title: 'Redo',
    group: 'Document',
    icon: Redo2,
    shortcut: 'mod+shift+z',
    alternative: 'mod+y',
    run: redo,
  },
  {
    id: 'new',
    title: 'New document',
    group: 'Document',
    icon: FilePlus2,
    shortcut: 'alt+n',
    run: () => void newDocument(),
  },
  {
    id: 'new-preset',
    title: 'New from a preset…',
    group: 'Document',
    icon: LayoutTemplate,
    keywords: ['image', 'template', 'web service', 'python', 'node', 'ci', 'distroless', 'command-line tool'],
    run: () => showPanel('new'),
  },
  {
    id: 'open',
    title: 'Open…',
    group: 'Document',
    icon: FolderOpen,
    shortcut: 'mod+o',
    run: () => void openWithDialog(),
  },
  {
    id: 'example',
    title: 'Open the example',
    group: 'Document',
    icon: Sparkles,
    run: () => void openExample(),
  },
  {
    id: 'save',
    title: 'Save',
    group: 'Document',
    icon: Save,
    shortcut: 'mod+s',
    run: () => void saveDocument(),
  },
  {
    id: 'save-as',
    title: 'Save as…',
    group: 'Document',
    icon: Save,
    shortcut: 'mod+shift+s',
    run: () => void saveDocumentAs(),
  },
  {
    id: 'source',
    title: 'Change the package source…',
    group: 'Document',
    icon: FileCode2,
    keywords: ['nixpkgs', 'channel', 'starter', 'revision'],
    run: () => showPanel('sources'),
  },
  {
    id: 'palette',
    title: 'Search commands',
    group: 'Window',
    icon: Search,
    shortcut: 'mod+k',
    run: () => showPanel(useUi.getState().panel === 'palette' ? null : 'palette'),
  },
  {
    id: 'shortcuts',
    title: 'Keyboard shortcuts',
    group: 'Window',
    icon: Keyboard,
    shortcut: '?',
    run: () => showPanel('shortcuts'),
  },
  {
    id: 'settings',
    title: 'Settings',
    group: 'Window',
    icon: Cog,
    shortcut: 'mod+,',
    keywords: ['preferences', 'builders', 'substituters'],
    run: () => showPanel('settings'),
  },
  {
    id: 'doctor',
    title: 'Check this machine',
    group: 'Window',
    icon: Stethoscope,
    keywords: ['doctor', 'nix', 'missing'],
    run: () => showPanel('doctor'),
  },
  {
    id: 'about',
    title: 'About Strata',
    group: 'Window',
    icon: Info,
    keywords: ['version', 'licenses', 'notices'],
    run: () => showPanel('about'),
  },
  theme('system', 'Theme: as the system', SunMoon),
  theme('light', 'Theme: light', Sun),
  theme('dark', 'Theme: dark', Moon),
];

export const SEARCH_FIELD_ID = 'package-search';

function focusSearch(): void {
  // At once, so that what is typed next goes there.
  flushSync(() => showScreen('pick'));
  document.getElementById(SEARCH_FIELD_ID)?.focus();
}

export function command(id: string): Command {
  const found = COMMANDS.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`There is no command ${id}.`);
  return found;
}

/** Runs the command of a key press, unless the keys are text or a dialog lies above. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const found = COMMANDS.find(({ shortcut, alternative }) =>
    [shortcut, alternative].some((keys) => keys !== undefined && matchesShortcut(event, keys)),
  );
  if (found === undefined) return;
  const plain = !/mod|alt/.test(found.shortcut ?? '');
  const editsText = found.id === 'undo' || found.id === 'redo';
  if ((plain || editsText) && isTyping(event.target)) return;
  const covered = useUi.getState().panel !== null || document.querySelector('[role="dialog"]') !== null;
  // Also what is not to be done now must not be done by the browser, which would save the page.
  if (!plain) event.preventDefault();
  if (covered && found.id !== 'palette') return;
  event.preventDefault();
  found.run();
}
