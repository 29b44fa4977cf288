import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { actionSchema, failureSchema, procedure } from './errors.ts';

const aboutSchema = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'browser']),
  platform: z.string().describe('As process.platform.'),
  nixSystem: z.string().describe('Such as x86_64-linux.'),
  nodeVersion: z.string(),
  nixVersion: z.string().nullable().describe('null where Nix is not installed.'),
  cores: z.int(),
  mayRun: z.boolean().describe('Whether images may be run from this window.'),
  homeDirectory: z.string(),
  workingDirectory: z.string(),
  cacheDirectory: z.string(),
  dataDirectory: z.string(),
  logFile: z.string().describe('What the host writes down of itself.'),
  hostId: z.string().describe('Changes when the host restarts: jobs of another host are gone.'),
});
export type About = z.infer<typeof aboutSchema>;

const checkSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['ok', 'warning', 'missing']),
  detail: z.string(),
  hint: z.string().nullable(),
  action: actionSchema.nullable().optional(),
});
export type Check = z.infer<typeof checkSchema>;

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  tourDismissed: z.boolean().default(false),
  nix: z
    .object({
      builders: z.string().nullable().default(null).describe('As --builders.'),
      store: z.string().nullable().default(null).describe('As --store.'),
      substituters: z.array(z.string()).nullable().default(null).describe('null: as nix.conf says.'),
      options: z.record(z.string(), z.string()).default({}).describe('As --option NAME VALUE.'),
      timeoutSeconds: z.int().min(1).nullable().default(null),
    })
    .prefault({}),
  registry: z
    .object({ patienceSeconds: z.int().min(1).nullable().default(null).describe('As --patience.') })
    .prefault({}),
  /** What the window wants to remember, such as panel sizes; the host does not look into it. */
  view: z.record(z.string(), z.json()).default({}),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A change of settings. A key that is left out stays; `nix`, `registry` and `view` are merged key by key; null in `view` removes. */
const settingsChangeSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).optional(),
  tourDismissed: z.boolean().optional(),
  nix: z
    .strictObject({
      builders: z.string().nullable().optional(),
      store: z.string().nullable().optional(),
      substituters: z.array(z.string()).nullable().optional(),
      options: z.record(z.string(), z.string()).optional(),
      timeoutSeconds: z.int().min(1).nullable().optional(),
    })
    .optional(),
  registry: z.strictObject({ patienceSeconds: z.int().min(1).nullable().optional() }).optional(),
  view: z.record(z.string(), z.json()).optional(),
});
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

export const systemContract = {
  about: procedure.output(aboutSchema),
  doctor: procedure.output(z.array(checkSchema)),
  /** Bugs of the host that met no call and no job; it goes on. */
  bugs: procedure.output(eventIterator(failureSchema)),
};

export const settingsContract = {
  get: procedure.output(settingsSchema),
  update: procedure.input(settingsChangeSchema).output(settingsSchema),
  /** The settings now, then again after every change by any window. */
  watch: procedure.output(eventIterator(settingsSchema)),
};
