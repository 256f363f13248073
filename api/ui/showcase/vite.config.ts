import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** `npx vite build api/ui/showcase`: every component on one page, for the eye and for the tests. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [preact()],
  build: { outDir: 'dist', emptyOutDir: true },
});
