import type { Command } from 'commander';
import type { RegistryAccess } from '../registry/access.ts';
import { parseCount } from './parse-count.ts';

/** Options of the commands that speak to registries. Credentials are those that the container tools keep. */
export interface RegistryOptions {
  readonly insecure?: true;
  readonly caFile?: string;
  readonly patience?: number;
  readonly cacheFrom?: string;
  readonly cacheTo?: string;
}

export function addRegistryOptions(command: Command): Command {
  return command
    .option('--insecure', 'allow plain HTTP and certificates that nobody vouches for')
    .option('--ca-file <file>', "PEM file of authorities to trust besides the machine's own")
    .option('--patience <seconds>', 'how long a registry may say nothing (default 60)', parseCount);
}

export function addLayerCacheOptions(command: Command): Command {
  return command
    .option('--cache-from <reference>', 'take packed layers from a repository instead of packing them')
    .option('--cache-to <reference>', 'put packed layers into a repository, for other machines to take');
}

export function accessFromOptions({ insecure, caFile, patience }: RegistryOptions): RegistryAccess {
  return { insecure, caFile, ...(patience !== undefined && { patienceMs: patience * 1000 }) };
}
