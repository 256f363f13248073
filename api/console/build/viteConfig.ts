import { join } from 'node:path';
import preact from '@preact/preset-vite';
import type { InlineConfig } from 'vite';

const app = join(import.meta.dirname, '../app');

/** How the page is built: hashed files below `/console/`, and no script or style within the HTML, as its policy wants. */
export const viteConfig = (outDir: string): InlineConfig => ({
  configFile: false,
  root: app,
  base: '/',
  publicDir: join(app, 'public'),
  logLevel: 'warn',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
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
