import { resolve } from 'node:path';
import { runMain } from '../launcher/processes/stopSignals.ts';
import { buildClient, clientFolder } from '../tooling/release/buildClient.ts';
import { readCall } from './readCall.ts';

const usage = 'npm run build:client [-- folder]   builds the package that other programs install';

async function main(): Promise<number> {
  const [folder] = readCall(usage, { allowPositionals: true }).positionals;
  // npm changes into the checkout; paths are the person's.
  const dir = process.env.INIT_CWD ?? process.cwd();
  const target = folder === undefined ? clientFolder : resolve(dir, folder);
  await buildClient(target);
  console.log(`The client is built. Publish it by: npm publish ${target}`);
  return 0;
}

await runMain(main);
