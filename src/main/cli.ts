import { enableCompileCache } from 'node:module';
import { main } from './cli/main.ts';
import { withCommand } from './cli/with-command.ts';

// V8's code cache on disk: a start compiles nothing that an earlier start compiled.
enableCompileCache();
const [, , ...argv] = process.argv;
process.exitCode = await main(withCommand(argv));
