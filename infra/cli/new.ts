import { fileURLToPath } from 'node:url';
import { LaunchFailure } from '../launcher/failure.ts';
import { firstVersionOf } from './new/firstVersion.ts';
import { writeFirstVersion } from './new/writeFirstVersion.ts';

/** `npm run new -- <kind> <name>`: the first version of a workflow, a command, a route or a problem. */
try {
  const [kind, name] = process.argv.slice(2);
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const version = firstVersionOf(kind, name);
  const written = writeFirstVersion(root, version);
  console.log([...written.map((path) => `wrote ${path}`), ...version.next].join('\n'));
} catch (error) {
  if (!(error instanceof LaunchFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
