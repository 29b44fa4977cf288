import type { AddCommand } from '../command.ts';
import { addBuildCommand } from './build.ts';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [addBuildCommand];
