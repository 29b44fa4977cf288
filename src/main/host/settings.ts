import { join } from 'node:path';
import { type Settings, type SettingsChange, settingsSchema } from '../../shared/contract/system.ts';
import { createJsonFile } from '../files/own-json.ts';
import { createFeed } from '../jobs/feed.ts';

export interface SettingsStore {
  get(): Promise<Settings>;
  update(change: SettingsChange): Promise<Settings>;
  /** The settings now, then again after each change. */
  follow(signal?: AbortSignal): AsyncGenerator<Settings, void>;
}

export function createSettings(dataDirectory: string): SettingsStore {
  const file = createJsonFile(join(dataDirectory, 'settings.json'), settingsSchema, () =>
    settingsSchema.parse({}),
  );
  const changes = createFeed<'changed'>();
  return {
    get: () => file.read(),
    async update(change) {
      const settings = await file.update((before) => merged(before, change));
      changes.publish('changed');
      return settings;
    },
    async *follow(signal) {
      for await (const _ of changes.follow(signal, () => ['changed'])) yield await file.read();
    },
  };
}

function merged(before: Settings, { theme, tourDismissed, nix, registry, view }: SettingsChange): Settings {
  return settingsSchema.parse({
    theme: theme ?? before.theme,
    tourDismissed: tourDismissed ?? before.tourDismissed,
    nix: { ...before.nix, ...nix },
    registry: { ...before.registry, ...registry },
    view: Object.fromEntries(
      Object.entries({ ...before.view, ...view }).filter(([, value]) => value !== null),
    ),
  });
}
