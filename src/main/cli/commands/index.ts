import type { AddCommand } from '../command.ts';

export interface CommandEntry {
  readonly name: string;
  /** What it was called before. */
  readonly alias?: string;
  /** For the list of commands in the help. */
  readonly summary: string;
  readonly load: () => Promise<AddCommand>;
}

/**
 * Every command, in the order of the help. Only the one that is asked for is loaded: the start of a small command does
 * not pay for the large ones.
 */
export const commands: readonly CommandEntry[] = [
  {
    name: 'app',
    summary: 'open the app; so does strata without arguments',
    load: async () => (await import('./app.ts')).addAppCommand,
  },
  {
    name: 'serve',
    summary: 'serve the app to a browser',
    load: async () => (await import('./serve.ts')).addServeCommand,
  },
  {
    name: 'build',
    summary: 'compose an image and write it to a file',
    load: async () => (await import('./build.ts')).addBuildCommand,
  },
  {
    name: 'run',
    summary: 'compose an image and run it, without packing it',
    load: async () => (await import('./run.ts')).addRunCommand,
  },
  {
    name: 'shell',
    summary: 'run a shell in an image',
    load: async () => (await import('./shell.ts')).addShellCommand,
  },
  {
    name: 'lock',
    summary: 'write down what the sources of a document are now',
    load: async () => (await import('./lock.ts')).addLockCommand,
  },
  {
    name: 'search',
    summary: 'search a package source',
    load: async () => (await import('./search.ts')).addSearchCommand,
  },
  {
    name: 'plan',
    summary: 'group the paths of a closure into layers, without packing them',
    load: async () => (await import('./plan.ts')).addPlanCommand,
  },
  {
    name: 'group-layers',
    summary: 'group a closure graph with the interface of Nixery’s group-layers',
    load: async () => (await import('./group-layers.ts')).addGroupLayersCommand,
  },
  {
    name: 'contents',
    summary: 'show the root file system of an image, and who brings what',
    load: async () => (await import('./contents.ts')).addContentsCommand,
  },
  {
    name: 'graph',
    summary: 'show the closure graph and what every path weighs',
    load: async () => (await import('./graph.ts')).addGraphCommand,
  },
  {
    name: 'why',
    summary: 'say why a path is in an image',
    load: async () => (await import('./why.ts')).addWhyCommand,
  },
  {
    name: 'explain',
    summary: 'say why the paths of each layer are together',
    load: async () => (await import('./explain.ts')).addExplainCommand,
  },
  {
    name: 'learn',
    summary: 'learn from past builds which paths change',
    load: async () => (await import('./learn.ts')).addLearnCommand,
  },
  {
    name: 'popularity',
    summary: 'count how many packages depend on each',
    load: async () => (await import('./popularity.ts')).addPopularityCommand,
  },
  {
    name: 'plan-set',
    summary: 'plan a set of images together',
    load: async () => (await import('./plan-set.ts')).addPlanSetCommand,
  },
  {
    name: 'verify',
    alias: 'inspect',
    summary: 'check an image: compute every digest again',
    load: async () => (await import('./verify.ts')).addVerifyCommand,
  },
  {
    name: 'push',
    summary: 'push an image to a registry',
    load: async () => (await import('./push.ts')).addPushCommand,
  },
  {
    name: 'pull',
    summary: 'fetch an image from a registry into a file',
    load: async () => (await import('./pull.ts')).addPullCommand,
  },
  {
    name: 'open',
    summary: 'show what is in an image of any builder',
    load: async () => (await import('./open.ts')).addOpenCommand,
  },
  {
    name: 'diff',
    summary: 'compare two images',
    load: async () => (await import('./diff.ts')).addDiffCommand,
  },
  {
    name: 'registry',
    summary: 'serve a registry that builds what is pulled',
    load: async () => (await import('./registry.ts')).addRegistryCommand,
  },
  {
    name: 'nix',
    summary: 'print the image as a Nix expression',
    load: async () => (await import('./nix.ts')).addNixCommand,
  },
  {
    name: 'cache',
    summary: 'show and prune packed layers and GC roots',
    load: async () => (await import('./cache.ts')).addCacheCommand,
  },
  {
    name: 'doctor',
    summary: 'say what is installed and what is missing',
    load: async () => (await import('./doctor.ts')).addDoctorCommand,
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands in bash',
    load: async () => (await import('./completion.ts')).completionCommand(commands),
  },
];
