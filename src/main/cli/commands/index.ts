import type { AddCommand } from '../command.ts';
import { addBuildCommand } from './build.ts';
import { addCacheCommand } from './cache.ts';
import { addDoctorCommand } from './doctor.ts';
import { addGroupLayersCommand } from './group-layers.ts';
import { addInspectCommand } from './inspect.ts';
import { addPlanCommand } from './plan.ts';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  addBuildCommand,
  addPlanCommand,
  addGroupLayersCommand,
  addInspectCommand,
  addCacheCommand,
  addDoctorCommand,
];
