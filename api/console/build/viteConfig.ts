import { createHash } from 'node:crypto';
import { join } from 'node:path';
import preact from '@preact/preset-vite';
import type { InlineConfig, Plugin } from 'vite';

const app = join(import.meta.dirname, '../app');

/**
 * The order in which layers win is that of their first mention. Styles of shared parts are files of their own, and the
 * first one to be loaded would decide: so each file says the order.
 */
const sayLayers: Plugin = {
  name: 'say-layers',
  enforce: 'post',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'asset' && file.fileName.endsWith('.css'))
        file.source = `@layer reset, ui, app;${file.source}`;
    }
  },
};

/** How the page is built: hashed files below `/console/`, and no script or style within the HTML, as its policy wants. */
export const viteConfig = (outDir: string): InlineConfig => ({
  configFile: false,
  root: app,
  base: '/',
  publicDir: join(app, 'public'),
  logLevel: 'warn',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), sayLayers],
  build: {
    outDir,
    emptyOutDir: true,
    assetsDir: 'console',
    assetsInlineLimit: 0,
    target: 'es2023',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});

/**
 * The service worker, of one piece since a classic worker imports nothing. What it keeps is what the built page names:
 * its script, what that one needs at once, and the styles.
 */
export const workerConfig = (outDir: string, page: string): InlineConfig => ({
  configFile: false,
  root: app,
  logLevel: 'warn',
  define: {
    shellFiles: JSON.stringify(page.match(/\/console\/[^"]+/g) ?? []),
    shellName: JSON.stringify(`shell-${createHash('sha256').update(page).digest('hex').slice(0, 16)}`),
  },
  build: {
    outDir,
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2023',
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: join(app, 'install/serviceWorker.ts'),
      output: { format: 'iife', entryFileNames: 'sw.js' },
    },
  },
});
