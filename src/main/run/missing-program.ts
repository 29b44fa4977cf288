/** What says that a program is not there, by whom: each with the name of the program. */
const COMPLAINTS: readonly RegExp[] = [
  // bash
  /(?:^|: )([^\s:]+): command not found/,
  // dash and busybox
  /(?:^|: )([^\s:]+): not found/,
  // env
  /env: ['‘"]?([^\s'’":]+)['’"]?: No such file or directory/,
  // podman and docker
  /executable file [`'"]?([^\s`'"]+)[`'"]? not found in \$PATH/,
  /exec: "([^"]+)": executable file not found/,
];

/** The program that was looked for in vain, by what was written last before something exited with 127. */
export function missingProgram(output: string): string | undefined {
  for (const line of output.trimEnd().split(/\r?\n/).toReversed()) {
    for (const complaint of COMPLAINTS) {
      const [, name] = complaint.exec(line) ?? [];
      if (name !== undefined) return name.slice(name.lastIndexOf('/') + 1);
    }
  }
  return undefined;
}
