/** What names no command opens the app: nothing at all, and documents, as a file manager hands them over. */
export function withCommand(argv: readonly string[]): readonly string[] {
  const opensApp = argv.every((argument) => argument.endsWith('.strata.json'));
  return opensApp ? ['app', ...argv] : argv;
}
