import type { Command } from 'commander';

/**
 * A script for bash, and for zsh through its `bashcompinit`, that completes commands, options and their choices; other
 * words are left to the shell, which completes them as names of files.
 *
 * @param program with all its commands
 */
export function completionScript({ commands }: Command): string {
  const names = commands.map((command) => command.name()).join(' ');
  return `_strata() {
  local command=\${COMP_WORDS[1]} current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local words= options=
  case $command in
    help) words='${names}' ;;
${commands.map(ofCommand).join('\n')}
  esac
  if [[ $current == -* ]]; then words=$options; fi
  case "$command $previous" in
${commands.flatMap(ofChoices).join('\n')}
  esac
  if [ "$COMP_CWORD" = 1 ]; then words='${names} help'; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _strata strata ./strata
`;
}

function ofCommand(command: Command): string {
  const { commands, options } = command;
  const all = [...options, ...commands.flatMap((each) => each.options)];
  const flags = new Set([...all.flatMap(({ long }) => long ?? []), '--help']);
  const words = commands.map((each) => each.name());
  const names = [command.name(), ...command.aliases()].join('|');
  return `    ${names}) words='${words.join(' ')}' options='${[...flags].join(' ')}' ;;`;
}

function ofChoices(command: Command): string[] {
  return command.options.flatMap(({ long, argChoices }) =>
    long && argChoices ? [`    '${command.name()} ${long}') words='${argChoices.join(' ')}' ;;`] : [],
  );
}
