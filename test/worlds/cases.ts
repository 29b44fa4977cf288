import { PACKAGE_SET } from '../../src/main/starter/package-set.ts';
import type { World } from './worlds.ts';

/**
 * One column of the table: a script for bash that a world's user runs in a fresh clone. It fails where it ends with
 * another code than 0; its last line then is the reason. Lines that begin with `world:` are findings:
 * `world: refused HINT`, `world: skipped REASON`, `world: digest NAME DIGEST`, `world: count TEXT`.
 */
export interface Case {
  readonly name: string;
  readonly title: string;
  /** What root does before, in the same clone. */
  readonly setup?: string;
  /** The script; undefined where the world has nothing to show in this case. */
  readonly script: (world: World) => string | undefined;
  /** Where the file is, in the clone, in which vitest reports. */
  readonly report?: string;
  /** Whose tests are among those that it runs: their cases are told of with it. */
  readonly suites?: readonly Suite[];
}

const EXAMPLES = ['hello', 'tools', 'web'] as const;
/** More programs, in an image of their own. */
const MORE = ['gawk', 'yq', 'bash', 'coreutils'];

/** The set-up, and the app until it answers. It is stopped as a terminal that closes stops it. */
const START = `
  setsid npm start >/tmp/address 2>/tmp/said & app=$!
  address=
  while [ -z "$address" ]; do
    kill -0 $app 2>/dev/null || { cat /tmp/said; exit 1; }
    sleep 0.2
    address=$(grep -om1 'http://[^ ]*' /tmp/address || true)
  done
  cat /tmp/said
  node_modules/.bin/node test/worlds/inside/open-window.ts "$address"
  kill -TERM -- -$app && wait $app || true
  ./strata --version
  git status --porcelain | grep . && { echo 'the set-up changed files of the checkout'; exit 1; }
  # What is missing, where something is, is said here; building shows whether that is true.
  ./strata doctor || [ $? = 1 ]`;

/** A command that builds, where it may be refused: then in words that help, and doctor knows of it too. */
function orRefusal(world: World, command: string): string {
  const { refusal } = world.way;
  if (refusal === undefined) return command;
  return `
    code=0; ${command} 2>/tmp/said || code=$?
    cat /tmp/said >&2
    if [ $code != 0 ]; then
      [ $code = 3 ] || [ $code = 4 ] || { echo "exit code $code"; exit 1; }
      grep -E '${refusal.source}' /tmp/said >/tmp/hint || { echo 'the refusal does not say what to do'; exit 1; }
      if ./strata doctor >/tmp/doctor; then echo 'doctor finds nothing wrong'; exit 1; fi
      echo "world: refused $(head -n 1 /tmp/hint)"
      exit 0
    fi`;
}

function build(name: string, what: string, world: World): string {
  const command = `./strata build ${what} --source starter -o /tmp/${name}.tar --json >/tmp/${name}.json`;
  return `${orRefusal(world, command)}
    ./strata verify /tmp/${name}.tar
    node -p '"world: digest ${name} " + JSON.parse(require("fs").readFileSync("/tmp/${name}.json")).manifest.digest'`;
}

const IMAGES = (world: World) =>
  [
    ...EXAMPLES.map((name) => build(name, `examples/${name}.strata.json`, world)),
    build('more', `--packages ${MORE.join(',')}`, world),
  ].join('\n');

const PROGRAMS = `
  [ -f /tmp/more.tar ] || { echo 'world: skipped no images were built'; exit 0; }
  node_modules/.bin/node test/worlds/inside/run-programs.ts /tmp/*.tar`;

/** BusyBox last: of two packages with a program of one name, an image has that of the first. */
const EVERYTHING = [
  ...PACKAGE_SET.map(({ attribute }) => attribute).filter((name) => name !== 'busybox'),
  'busybox',
];

const EVERY_PROGRAM = (world: World) => `
  ${build('everything', `--packages ${EVERYTHING.join(',')}`, world)}
  node_modules/.bin/node test/worlds/inside/run-programs.ts /tmp/everything.tar`;

const TEST_TOOLS = '. scripts/setup.sh; setup_system test';

/** Where vitest reports, and the options with which it does so; why a test was skipped, it only prints. */
function reporting(name: string): { readonly report: string; readonly options: string } {
  const report = `worlds-${name}.tmp`;
  return { report, options: `--reporter=verbose --reporter=json --outputFile.json=${report}` };
}

/** Tests of one directory. */
interface Suite {
  readonly name: string;
  readonly title: string;
  readonly directory: string;
}

const SUITES: readonly Suite[] = [
  { name: 'nix', title: 'tests: Nix', directory: 'test/main/nix' },
  { name: 'starter', title: 'tests: starter set', directory: 'test/main/starter' },
  { name: 'cli', title: 'tests: command line', directory: 'test/main/cli' },
];

/** Those of a suite that can run in this world. */
function testsOf({ name, title, directory }: Suite): Case {
  const { report, options } = reporting(name);
  return {
    name,
    title,
    setup: TEST_TOOLS,
    script: () =>
      `PATH=$PWD/node_modules/.bin:$PATH vitest run --project unit --project integration ${options} ${directory}`,
    report,
  };
}

/** All tests, as whoever changes Strata runs them. */
function everyTest(): Case {
  const { report, options } = reporting('test');
  return {
    name: 'test',
    title: '`npm test`',
    script: ({ way }) => (way.name === 'root' ? `npm test -- ${options}` : undefined),
    report,
    suites: SUITES,
  };
}

export const CASES: readonly Case[] = [
  { name: 'start', title: '`npm start`', script: () => START },
  { name: 'images', title: '`build`, `verify`', script: IMAGES },
  { name: 'programs', title: 'programs run', script: () => PROGRAMS },
  { name: 'everything', title: 'every program of the starter set', script: EVERY_PROGRAM },
  ...SUITES.map(testsOf),
  everyTest(),
];
