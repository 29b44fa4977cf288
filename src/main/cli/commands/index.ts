import type { AddCommand } from '../command.ts';
import { addBuildCommand } from './build.ts';
import { addCacheCommand } from './cache.ts';
import { addDoctorCommand } from './doctor.ts';
import { addGraphCommand } from './graph.ts';
import { addGroupLayersCommand } from './group-layers.ts';
import { addInspectCommand } from './inspect.ts';
import { addPlanCommand } from './plan.ts';
import { addSearchCommand } from './search.ts';
import { addWhyCommand } from './why.ts';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  addBuildCommand,
  addSearchCommand,
  addPlanCommand,
  addGroupLayersCommand,
  addGraphCommand,
  addWhyCommand,
  addInspectCommand,
  addCacheCommand,
  addDoctorCommand,
];
