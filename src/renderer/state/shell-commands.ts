import type { ShellCommand } from '../../shared/contract/bridge.ts';
import { shell } from '../client/transport.ts';
import { command } from './commands.ts';
import { mayReplaceDocument, openPath } from './document/actions.ts';
import { showPanel } from './ui.ts';

/** What each command of the native menu runs. */
const COMMAND_OF = {
  new: 'new',
  open: 'open',
  save: 'save',
  'save-as': 'save-as',
  undo: 'undo',
  redo: 'redo',
  find: 'find-package',
  build: 'build',
  export: 'export',
  'command-palette': 'palette',
  settings: 'settings',
} as const;

/** Does what the native menu of the desktop shell asks for. */
export function handleShellCommand(asked: ShellCommand): void {
  switch (asked.type) {
    case 'open-file':
      void openPath(asked.path);
      break;
    case 'about':
      showPanel('about');
      break;
    case 'close':
      void mayReplaceDocument().then((may) => may && shell?.closeWindow());
      break;
    default:
      command(COMMAND_OF[asked.type]).run();
  }
}
