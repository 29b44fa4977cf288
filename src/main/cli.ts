import { main } from './cli/main.ts';
import { withCommand } from './cli/with-command.ts';
import { keepCompiledCode } from './files/compile-cache.ts';

keepCompiledCode();
const [, , ...argv] = process.argv;
process.exitCode = await main(withCommand(argv));
