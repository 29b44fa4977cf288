import { storePathName } from '../../../engine/graph/closure-graph.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count } from '../../../shared/format.ts';
import { ownDataDirectory } from '../../files/own-directory.ts';
import { buildRecordsDirectory } from '../../files/paths.ts';
import { recordedBuilds } from '../../planning/build-records.ts';
import { learnFromBuilds } from '../../planning/learn.ts';
import type { AddCommand, CommandContext } from '../command.ts';

interface LearnOptions {
  readonly hints?: string;
  readonly json?: true;
}

export const addLearnCommand: AddCommand = (program, run) => {
  program
    .command('learn')
    .description(
      'Learn from past builds of a document which paths change, for the planner to take into account.',
    )
    .argument('<spec>', 'a *.strata.json document that was built before')
    .option('--hints <file>', 'the file to write; DOCUMENT.hints.json where it is left out')
    .option('--json', 'print what was learned as JSON')
    .action(run(learn));
};

async function learn(
  { terminal }: CommandContext,
  spec: string,
  { hints = spec.replace(/(\.strata)?\.json$/, '.hints.json'), json }: LearnOptions,
): Promise<undefined> {
  const histories = await recordedBuilds(buildRecordsDirectory(ownDataDirectory()), spec);
  if (!histories.some((builds) => builds.length > 1)) {
    const known = count(
      histories.reduce((sum, { length }) => sum + length, 0),
      'build',
    );
    throw new StrataError(
      'usage',
      `It takes two builds of ${spec} for one system to see a change; ${known} of it can be compared with none.`,
      {
        hint: 'Build it, here or in the window, and again after an update of its packages.',
      },
    );
  }
  const learned = await learnFromBuilds({ histories, hintsFile: hints });
  if (json) {
    terminal.print(JSON.stringify(learned, null, 2));
    return undefined;
  }
  const { steps, changes, last } = learned;
  for (const { name, count: times } of changes) {
    terminal.print(`${String(times).padStart(4)} of ${steps}  ${name}`);
  }
  terminal.note(
    `${count(steps, 'step')} from one build to the next; ${count(changes.length, 'name')} changed, not only because of others`,
  );
  const origins = last.filter(({ isOrigin }) => isOrigin);
  if (origins.length > 0) {
    const named = origins.map(({ from, to }) => `${storePathName(from)} to ${storePathName(to)}`).join(', ');
    terminal.note(
      `The last changed ${named}; ${count(last.length - origins.length, 'more path')} because of that`,
    );
  }
  terminal.note(`Wrote ${hints}: use it with --hints ${hints}`);
  return undefined;
}
