import { describe, expect, it } from 'vitest';
import { hintWithOptions } from '../../../src/main/cli/hint-with-options.ts';
import { createProgram } from '../../../src/main/cli/main.ts';
import { ACTIONS } from '../../support/actions.ts';

describe('what to do about a failure', () => {
  it('is told with the options of the command line', () => {
    expect(ACTIONS.map((action) => hintWithOptions({ hint: 'First.', action }))).toMatchInlineSnapshot(`
      [
        "First. Name a machine for it with --builders.",
        "First. Name the authority that signed it with --ca-file, or put it in /etc/containers/certs.d.",
        "First. If it is a registry without TLS that you trust, allow that with --insecure.",
        "First. Name images that exist one by one, each with its own --known.",
        "First. Name a netrc file that has the password with --netrc-file, or as netrc-file in nix.conf.",
        "First. Name store paths to begin with, such as those in a channel’s store-paths file, with --paths FILE.",
        "First. Wait longer with --patience SECONDS, or ask whoever runs it.",
        "First. Choose another with --port, or leave it out for one that is free.",
        "First. Give it more time with --timeout.",
        "First. Nix's setting for that is \`--option fallback true\`, or in nix.conf.",
        "First. Use the starter set (--source starter), or a nixpkgs that is on this machine (--source path:DIRECTORY).",
        "First. Other package sources do without: --source nixpkgs, path:DIRECTORY, git:URL or flake:REF.",
        "First. Add it with -p bash.",
        "First. See what there is with \`strata search WORDS\`.",
        "First. Say what it is with --source-as tools=SOURCE, or under sources in the document.",
        "First. Take it as it is now with \`strata lock web.strata.json --update tools\`, or build without the lock: --no-lock.",
        "First. Leave out --known and --hints, or take the strategy strata.",
      ]
    `);
  });

  it('goes on a line of its own after several', () => {
    expect(hintWithOptions({ hint: 'One.\nTwo.', action: { action: 'search-packages' } })).toBe(
      'One.\nTwo.\nSee what there is with `strata search WORDS`.',
    );
    expect(hintWithOptions({})).toBeNull();
  });

  it('names only options that some command has', async () => {
    const names = ['build', 'push', 'plan', 'popularity', 'serve', 'plan-set', 'lock'];
    const program = await createProgram(names, () => async () => {});
    const known = new Set(program.commands.flatMap(({ options }) => options.map(({ long }) => long)));
    for (const action of ACTIONS) {
      for (const [option] of (hintWithOptions({ action }) ?? '').matchAll(/--[a-z][a-z-]+/g))
        expect(known).toContain(option);
    }
  });
});
