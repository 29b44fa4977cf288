import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs benchmarks one after the other: `node bench/run.ts [NAME…]`, all of them without names. Every file beside this
 * one is a benchmark, and exports `bench`; folders hold what they share.
 */
interface Benchmark {
  bench(): Promise<void>;
}

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));

if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const name of asked.length > 0 ? asked : known) {
    console.log(`\n${name}`);
    const { bench }: Benchmark = await import(join(import.meta.dirname, `${name}.ts`));
    await bench();
  }
}
