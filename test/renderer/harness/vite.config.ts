import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `HARNESS_DATA`: a directory with graph messages, served at the root. */
// biome-ignore lint/style/noDefaultExport: vite wants one
export default defineConfig({
  root: new URL('../../..', import.meta.url).pathname,
  publicDir: process.env.HARNESS_DATA ?? false,
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    port: 4791,
    strictPort: true,
    hmr: false,
    watch: { ignored: ['**/src/main/**', '**/out/**', '**/docs/**', '**/nix/**'] },
  },
  cacheDir: 'node_modules/.vite-harness',
});
