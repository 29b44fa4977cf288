import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXIT, exitCodeOf } from '../../../src/main/cli/exit-codes.ts';
import { joinOptionPairs } from '../../../src/main/cli/main.ts';
import { addCompositionOptions, documentFrom } from '../../../src/main/cli/options.ts';
import { formatTable } from '../../../src/main/cli/table.ts';
import { withCommand } from '../../../src/main/cli/with-command.ts';
import { ERROR_CODES } from '../../../src/shared/errors.ts';

const none = { cacert: true, ianaEtc: true, lock: true };

describe('the command line', () => {
  it('takes --option NAME VALUE as Nix does', () => {
    expect(joinOptionPairs(['build', '--option', 'cores', '2', 'x.json', '--option', 'a=b'])).toEqual([
      'build',
      '--option',
      'cores=2',
      'x.json',
      '--option',
      'a=b',
    ]);
  });

  it('opens the app where no command is named, with the documents that are', () => {
    expect(withCommand([])).toEqual(['app']);
    expect(withCommand(['a.strata.json', './b.strata.json'])).toEqual([
      'app',
      'a.strata.json',
      './b.strata.json',
    ]);
    expect(withCommand(['plan', 'a.strata.json'])).toEqual(['plan', 'a.strata.json']);
    expect(withCommand(['--help'])).toEqual(['--help']);
  });

  it('makes a document of its options', async () => {
    const document = await documentFrom(undefined, {
      ...none,
      cacert: false,
      packages: ['bash', 'curl'],
      source: { type: 'starter' },
      budget: 7,
      name: 'team/tools:v1',
      cmd: ['bash'],
      expose: ['80/tcp'],
      label: ['a=b=c'],
    });
    expect(document).toMatchObject({
      name: 'team/tools',
      tag: 'v1',
      packages: ['bash', 'curl'],
      source: { type: 'starter' },
      defaults: { cacert: false, ianaEtc: true },
      layering: { budget: 7 },
      config: { Cmd: ['bash'], ExposedPorts: { '80/tcp': {} }, Labels: { a: 'b=c' } },
    });
  });

  it('names further sources, each once, and gives them arguments', async () => {
    const tools = { sourceAs: { tools: { type: 'path', path: 'set' } } } as const;
    const { sources } = await documentFrom(undefined, {
      ...none,
      ...tools,
      packages: ['tools:bash'],
      importArguments: { tools: { greeting: 'x' } },
    });
    expect(sources).toEqual({ tools: { type: 'path', path: 'set', importArguments: { greeting: 'x' } } });
    const unnamed = { ...none, ...tools, packages: ['bash'], importArguments: { tool: {} } };
    await expect(documentFrom(undefined, unnamed)).rejects.toMatchObject({
      code: 'usage',
      action: { action: 'name-source', name: 'tool' },
    });
  });

  it.each([
    [['--source', 'starter', '--source', 'nixpkgs'], 'It is given twice'],
    [['--source-as', 'a=starter', '--source-as', 'a=nixpkgs'], 'The source a is given twice'],
    [['--source-as', 'starter'], 'not of the form NAME=VALUE'],
    [['--source-as', 'A=starter'], 'cannot name a source'],
    [['--source-as', 'source=starter'], 'cannot name a source'],
    [['--source-as', 'a=nonsense'], 'is not a package source'],
    [['--import-arguments', '{}', '--import-arguments', '{}'], 'are given twice'],
    [['--import-arguments', 'a={}', '--import-arguments', 'a={}'], 'are given twice'],
    [['--import-arguments', 'a=[]'], 'A JSON object is wanted'],
  ])('refuses %j', (words, message) => {
    const command = addCompositionOptions(new Command())
      .exitOverride()
      .configureOutput({ writeErr() {} });
    expect(() => command.parse(words, { from: 'user' })).toThrow(message);
  });

  it('wants a document or packages', async () => {
    await expect(documentFrom(undefined, none)).rejects.toMatchObject({ code: 'usage' });
  });

  it('says which document cannot be read', async () => {
    await expect(documentFrom('nowhere.strata.json', none)).rejects.toMatchObject({
      code: 'file-system',
      message: 'Cannot read nowhere.strata.json: it does not exist (ENOENT).',
      hint: expect.stringContaining('examples/'),
    });
  });

  it('has an exit code other than 0 for every error', () => {
    for (const code of ERROR_CODES) expect(exitCodeOf(code)).toBeGreaterThan(EXIT.ok);
  });
});

describe('a table', () => {
  it('aligns columns by the width that characters have on a terminal', () => {
    expect(
      formatTable(
        [{ title: 'name' }, { title: 'size', align: 'right' }, { title: 'what' }],
        [
          ['a', '1', 'x'],
          ['漢字', '10', 'a longer text'],
        ],
        23,
      ),
    ).toEqual(['name  size  what', 'a        1  x', '漢字    10  a longer t…']);
  });
});
