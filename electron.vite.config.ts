import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { LICENSES, thirdPartyNotices } from './scripts/third-party-notices.ts';

const at = (path: string) => resolve(import.meta.dirname, path);
const entries = (paths: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(paths)
      .map(([name, path]) => [name, at(path)])
      .filter(([, path]) => existsSync(path as string)),
  ) as Record<string, string>;

/**
 * Dependencies of the main process are bundled: the command line starts in a fraction of the time that resolving
 * some hundred files of node_modules takes, and the packaged app carries no node_modules.
 */
export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      license: { fileName: LICENSES },
      minify: false,
      sourcemap: true,
      target: 'node24',
      rolldownOptions: {
        input: entries({
          index: 'src/main/index.ts',
          cli: 'src/main/cli.ts',
          host: 'src/main/host.ts',
          'layer-worker': 'src/main/pack/layer-worker.ts',
        }),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      license: { fileName: LICENSES },
      rolldownOptions: {
        input: entries({ index: 'src/preload/index.ts' }),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [
      react(),
      thirdPartyNotices(at('node_modules'), [
        '@fontsource-variable/inter',
        '@fontsource-variable/jetbrains-mono',
      ]),
    ],
    build: {
      sourcemap: true,
      license: { fileName: LICENSES },
      rolldownOptions: { input: entries({ index: 'src/renderer/index.html' }) },
    },
  },
});
