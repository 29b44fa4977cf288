import { withoutCredentials } from '../../shared/without-credentials.ts';

/** A setting of Nix as nix.conf has it: name and value. */
export type NixSetting = readonly [name: string, value: string];

/**
 * The value of `NIX_CONFIG` for a run. It takes precedence over nix.conf, and a later line over an earlier one: what
 * the user has in `NIX_CONFIG` themselves stands after what Strata says, and options that hold a password after that.
 */
export function nixConfig(
  settings: readonly NixSetting[],
  ofUser: string | undefined,
  options: readonly NixSetting[] = [],
): string {
  return [...settings.map(line), ...(ofUser ? [ofUser] : []), ...options.filter(isSecret).map(line)].join(
    '\n',
  );
}

/**
 * `--option NAME VALUE` for each: these win over everything else. One that holds a password is left out: every user of
 * a machine can read arguments, and {@link nixConfig} has it.
 */
export function optionArguments(options: readonly NixSetting[]): string[] {
  return options.filter((option) => !isSecret(option)).flatMap(([name, value]) => ['--option', name, value]);
}

function line([name, value]: NixSetting): string {
  return `${name} = ${value.replace(/\s*\n\s*/g, ' ')}`;
}

function isSecret([, value]: NixSetting): boolean {
  return withoutCredentials(value) !== value;
}
