import { create } from 'zustand';
import type { Settings, SettingsChange } from '../../shared/contract/system.ts';
import { followHost, host } from './host.ts';
import { reportFailure } from './notices.ts';

export const useSettings = create<{ readonly settings: Settings | null }>(() => ({ settings: null }));

/** Follows the settings, so that a choice made in one window shows in all. Resolves with the first ones. */
export async function startSettings(signal: AbortSignal): Promise<Settings> {
  const settings = await host().settings.get();
  takeSettings(settings);
  followHost((s) => host().settings.watch(undefined, { signal: s }), takeSettings, signal).catch(
    (error: unknown) => reportFailure('The settings could not be followed', error),
  );
  return settings;
}

function takeSettings(settings: Settings): void {
  useSettings.setState({ settings });
  const root = document.documentElement;
  if (settings.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = settings.theme;
}

export function changeSettings(change: SettingsChange): void {
  host()
    .settings.update(change)
    .then(takeSettings)
    .catch((error: unknown) => reportFailure('The setting could not be kept', error));
}

/**
 * What the window remembers of its own, such as panel sizes, in the form of `localStorage`. It lies with the host,
 * because the browser shell may come from another port, and so another origin, the next time.
 */
export const viewStorage: Pick<Storage, 'getItem' | 'setItem'> = {
  getItem: (key) => {
    const value = useSettings.getState().settings?.view[key];
    return typeof value === 'string' ? value : null;
  },
  setItem: (key, value) => {
    if (viewStorage.getItem(key) !== value) changeSettings({ view: { [key]: value } });
  },
};
