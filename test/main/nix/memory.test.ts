import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { recall, remember } from '../../../src/main/nix/source/memory.ts';
import { temporaryDirectory } from '../documents/support.ts';

test('what a source was is remembered, also where several jobs of one host learn it at once', async () => {
  const cache = temporaryDirectory();
  const commits = Array.from({ length: 20 }, (_, index) => ({ commit: `${index}`.repeat(2_000) }));
  await Promise.all(commits.map((commit) => remember(cache, 'channel-nixos-25.11', commit)));
  expect(commits).toContainEqual(
    await recall(cache, 'channel-nixos-25.11', z.object({ commit: z.string() })),
  );
  expect(readdirSync(join(cache, 'sources'))).toEqual(['channel-nixos-25.11.json']);
});
