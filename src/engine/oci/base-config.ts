import type { HistoryEntry, ImageConfig, RuntimeConfig } from './types.ts';

/**
 * A configuration on top of that of a base, as `docker build` merges them: environment, labels, ports and volumes by
 * name, and of all else what is set last. An entry point of its own puts the base's arguments out of use.
 */
export function mergeConfig(base: RuntimeConfig, own: RuntimeConfig): RuntimeConfig {
  const { Cmd, ...inherited } = base;
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return {
    ...inherited,
    ...(own.Entrypoint === undefined && Cmd !== undefined && { Cmd }),
    ...set,
    Env: mergeEnv(base.Env ?? [], own.Env ?? []),
    Labels: { ...base.Labels, ...own.Labels },
    ExposedPorts: { ...base.ExposedPorts, ...own.ExposedPorts },
    Volumes: { ...base.Volumes, ...own.Volumes },
  };
}

/** Later settings of a variable replace earlier ones in their place. */
export function mergeEnv(...lists: readonly (readonly string[])[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const setting of lists.flat()) byName.set(variableOf(setting), setting);
  return [...byName.values()];
}

/** The name in `NAME=value`. */
export function variableOf(setting: string): string {
  return setting.split('=', 1)[0] ?? setting;
}

/** The history of a base, with as many entries that stand for a layer as it has layers. */
export function baseHistory({ history, rootfs }: ImageConfig, name: string): readonly HistoryEntry[] {
  const entries = history ?? [];
  const missing = rootfs.diff_ids.length - entries.filter(({ empty_layer }) => empty_layer !== true).length;
  const unknown: HistoryEntry = { created_by: `a layer of ${name}` };
  if (missing >= 0) return [...entries, ...Array.from({ length: missing }, () => unknown)];
  return rootfs.diff_ids.map(() => unknown);
}
