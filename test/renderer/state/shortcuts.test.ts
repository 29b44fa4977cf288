import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/renderer/state/commands.ts';
import { matchesShortcut, shortcutParts } from '../../../src/renderer/state/shortcuts.ts';

const press = (key: string, ...held: readonly string[]) => ({
  key,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  shiftKey: held.includes('shift'),
  altKey: held.includes('alt'),
});

describe('shortcuts', () => {
  test('mod is Control, and Command on a Mac', () => {
    expect(matchesShortcut(press('k', 'ctrl'), 'mod+k', false)).toBe(true);
    expect(matchesShortcut(press('k', 'meta'), 'mod+k', false)).toBe(false);
    expect(matchesShortcut(press('k', 'meta'), 'mod+k', true)).toBe(true);
    expect(shortcutParts('mod+shift+z', true)).toEqual(['⌘', '⇧', 'Z']);
    expect(shortcutParts('mod+shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
  });

  test('Shift counts for letters, and not for signs that need it on some keyboards', () => {
    expect(matchesShortcut(press('Z', 'ctrl', 'shift'), 'mod+z', false)).toBe(false);
    expect(matchesShortcut(press('Z', 'ctrl', 'shift'), 'mod+shift+z', false)).toBe(true);
    expect(matchesShortcut(press('?', 'shift'), '?', false)).toBe(true);
    expect(matchesShortcut(press('/'), '/', false)).toBe(true);
  });

  test('no two commands share one', () => {
    const shortcuts = COMMANDS.flatMap(({ shortcut }) => shortcut ?? []);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });
});
