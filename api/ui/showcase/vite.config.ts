import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { sayLayers } from '../sayLayers.ts';

/** `npx vite build api/ui/showcase`: every component on one page, for the eye and for the tests. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [preact(), sayLayers],
  build: { outDir: 'dist', emptyOutDir: true },
});
