import { fileURLToPath } from 'node:url';
import { Usage } from '../launcher/failure.ts';
import { runMain } from '../launcher/processes/stopSignals.ts';
import { firstVersionOf, kindNames } from './new/firstVersion.ts';
import { writeFirstVersion } from './new/writeFirstVersion.ts';
import { readCall } from './readCall.ts';

const usage = `npm run new -- ${kindNames.join('|')} <name>   writes the first version of it`;

async function main(): Promise<number> {
  const { positionals } = readCall(usage, { allowPositionals: true });
  const [kind, name] = positionals;
  if (kind === undefined) throw new Usage(usage, 'Say what is new.');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const version = firstVersionOf(kind, name);
  const written = writeFirstVersion(root, version);
  console.log([...written.map((path) => `wrote ${path}`), ...version.next].join('\n'));
  return 0;
}

await runMain(main);
