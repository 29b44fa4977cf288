import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { resourceUse } from '../../../src/main/run/resource-use.ts';

it('adds up what a program and what it started take, also in the time of those that ended', async () => {
  const allocates = 'const b = Buffer.alloc(64e6, 1); console.log("ready"); setInterval(() => b, 1e6)';
  const child = spawn(
    'sh',
    [
      '-c',
      'n=0; (while [ $n -lt 200000 ]; do n=$((n+1)); done); "$0" -e "$1" & wait',
      process.execPath,
      allocates,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    },
  );
  const { pid = 0 } = child;
  try {
    await once(child.stdout, 'data');
    const use = resourceUse([pid]);
    expect(use?.processes).toBe(2);
    expect(use?.memoryBytes).toBeGreaterThan(64e6);
    expect(use?.cpuSeconds).toBeGreaterThan(0.05);
  } finally {
    process.kill(-pid, 'SIGKILL');
  }
  await once(child, 'exit');
  expect(resourceUse([pid])).toBeUndefined();
});
