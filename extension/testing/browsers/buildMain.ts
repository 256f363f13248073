import { build } from 'wxt';

/** `node buildMain.ts <browser> <directory>`: a process of its own, for the bundler reads NODE_ENV. */
const [browser, outDir] = process.argv.slice(2);
await build({ root: new URL('../..', import.meta.url).pathname, browser, outDir });
