import { resolve } from 'node:path';
import { buildClient, clientFolder } from '../tooling/release/buildClient.ts';

const [folder] = process.argv.slice(2);
// npm changes into the checkout; paths are the person's.
const dir = process.env.INIT_CWD ?? process.cwd();

/** `npm run build:client [-- folder]`: the package that other programs install. */
const target = folder === undefined ? clientFolder : resolve(dir, folder);
await buildClient(target);
console.log(`The client is built. Publish it by: npm publish ${target}`);
