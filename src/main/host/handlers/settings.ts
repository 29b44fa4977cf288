import { procedures } from '../procedures.ts';
import type { SettingsStore } from '../settings.ts';

export function settingsHandlers(settings: SettingsStore) {
  const os = procedures.settings;
  return {
    get: os.get.handler(() => settings.get()),
    update: os.update.handler(({ input }) => settings.update(input)),
    watch: os.watch.handler(({ signal }) => settings.follow(signal)),
  };
}
