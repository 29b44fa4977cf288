import { readDocumentFile } from '../../documents/document-file.ts';
import { cacheDirectory, dataDirectory } from '../../files/paths.ts';
import { diagnose } from '../../verbs/doctor.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { hintWithOptions } from '../hint-with-options.ts';

export const addDoctorCommand: AddCommand = (program, run) => {
  program
    .command('doctor')
    .description('Say what is installed, which package source is the default, and what is missing.')
    .argument('[spec]', 'a *.strata.json document, to look for its sources')
    .option('--json', 'print the checks as JSON')
    .action(run(doctor));
};

async function doctor(
  { terminal, signal }: CommandContext,
  spec: string | undefined,
  { json }: { readonly json?: true },
): Promise<number> {
  const document =
    spec === undefined ? undefined : { selection: (await readDocumentFile(spec, spec)).document, file: spec };
  const found = await diagnose({
    cacheDirectory: cacheDirectory(),
    dataDirectory: dataDirectory(),
    signal,
    document,
  });
  const checks = found.map(({ action, ...check }) => ({
    ...check,
    hint: hintWithOptions({ ...check, action }),
  }));
  if (json) {
    terminal.print(JSON.stringify(checks, null, 2));
  } else {
    const width = Math.max(...checks.map(({ title }) => title.length));
    for (const { state, title, detail, hint } of checks) {
      const mark = { ok: '✓', warning: '!', missing: '✗' }[state];
      terminal.print(`${mark} ${title.padEnd(width)}  ${detail}`);
      if (hint !== null) terminal.print(`  ${' '.repeat(width)}  → ${hint}`);
    }
  }
  return checks.some(({ state }) => state === 'missing') ? EXIT.checkFailed : EXIT.ok;
}
