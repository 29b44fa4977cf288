import packageJson from '../../package.json' with { type: 'json' };
import { withCommand } from './cli/with-command.ts';
import { keepCompiledCode } from './files/compile-cache.ts';

const [, , ...argv] = process.argv;
if (argv.length === 1 && argv[0] === '--version') {
  // Asked by scripts again and again: nothing has to be loaded to answer.
  console.log(packageJson.version);
} else {
  // First of all, since what is loaded before it is compiled at every start.
  keepCompiledCode();
  const { main } = await import('./cli/main.ts');
  process.exitCode = await main(withCommand(argv));
}
