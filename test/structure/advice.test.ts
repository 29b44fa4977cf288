import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Sentences that name an option of the command line; a whole command, in backticks, is for a terminal. */
function optionsNamed(text: string): string[] {
  const hints = text.matchAll(/^.*\bhint: .*$|^const \w*HINT\w* =[^;]*;/gim);
  return [...hints]
    .map(([hint]) => hint.replace(/`[^`$]*`/g, ''))
    .filter((hint) => /(?<![-\w])--[a-z]/.test(hint));
}

it('an option that a hint names is found', () => {
  const text =
    "    hint: 'Allow it with --insecure.',\nconst A_HINT =\n  'With --port.';\n  hint: 'Run `strata cache prune --all`.',";
  expect(optionsNamed(text)).toHaveLength(2);
});

it('no hint names an option but in the command line: the window has none (see Action)', () => {
  const files = globSync('src/{engine,shared,main,renderer}/**/*.{ts,tsx}', { cwd: root }).filter(
    (file) => !file.startsWith('src/main/cli/'),
  );
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((file) =>
    optionsNamed(readFileSync(join(root, file), 'utf8')).map((hint) => `${file}: ${hint}`),
  );
  expect(found).toEqual([]);
});
