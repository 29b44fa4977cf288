import { enableCompileCache } from 'node:module';
import { main } from './cli/main.ts';

// V8's code cache on disk: a start compiles nothing that an earlier start compiled.
enableCompileCache();
process.exitCode = await main(process.argv.slice(2));
