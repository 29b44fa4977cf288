/** A setting of Nix as nix.conf has it: name and value. */
export type NixSetting = readonly [name: string, value: string];

/**
 * The value of `NIX_CONFIG` for a run. It takes precedence over nix.conf, and a later line over an earlier one: what
 * the user has in `NIX_CONFIG` themselves stands last and wins.
 */
export function nixConfig(settings: readonly NixSetting[], ofUser: string | undefined): string {
  const lines = settings.map(([name, value]) => `${name} = ${value.replace(/\s*\n\s*/g, ' ')}`);
  return [...lines, ...(ofUser ? [ofUser] : [])].join('\n');
}

/** `--option NAME VALUE` for each: these win over everything else. */
export function optionArguments(settings: readonly NixSetting[]): string[] {
  return settings.flatMap(([name, value]) => ['--option', name, value]);
}
