import { dirname } from 'node:path';
import { sourceFields } from '../../shared/package-sources.ts';
import { buildHandlers } from './handlers/builds.ts';
import { catalogHandlers } from './handlers/catalog.ts';
import { documentHandlers } from './handlers/documents.ts';
import { fileHandlers } from './handlers/files.ts';
import { imageHandlers } from './handlers/images.ts';
import { jobHandlers } from './handlers/jobs.ts';
import { knownHandlers } from './handlers/known.ts';
import { popularityHandlers } from './handlers/popularity.ts';
import { runHandlers } from './handlers/runs.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { compareHandlers, openedHandlers, registryHandlers, servingHandlers } from './handlers/ship.ts';
import { sourceHandlers } from './handlers/sources.ts';
import { type SystemFacts, systemHandlers } from './handlers/system.ts';
import { procedures } from './procedures.ts';
import type { Services } from './services.ts';

/** What windows may ask for, and who answers. */
export function createRouter(services: Services, facts: SystemFacts) {
  const { files, drafts, recent, descriptions, records, homeDirectory, workingDirectory } = services;
  return procedures.router({
    system: systemHandlers(facts),
    settings: settingsHandlers(services.settings),
    sources: sourceHandlers(services),
    catalog: catalogHandlers(services),
    documents: documentHandlers({
      files,
      drafts,
      recent,
      workingDirectory,
      describe: (document, documentPath) =>
        descriptions.describe({ ...sourceFields(document), documentPath }),
      async onSaved(ref) {
        for (const store of Object.values(records)) await store.attach(ref);
      },
    }),
    jobs: jobHandlers(services.jobs),
    builds: buildHandlers(services.builds),
    images: imageHandlers(services.images, services.opened),
    known: knownHandlers(services.known),
    popularity: popularityHandlers(services.popularities),
    registry: registryHandlers(services.pushes, files),
    serving: servingHandlers(services.serving),
    runs: runHandlers(services.runs),
    compare: compareHandlers(services.comparisons),
    opened: openedHandlers(services.opened),
    files: fileHandlers({
      files,
      places: [
        { title: 'Home', path: homeDirectory },
        ...(workingDirectory === homeDirectory
          ? []
          : [{ title: 'Working directory', path: workingDirectory }]),
      ],
      async startDirectory() {
        const last = (await recent.list()).find(({ exists }) => exists);
        return last === undefined ? workingDirectory : dirname(last.path);
      },
    }),
  });
}
