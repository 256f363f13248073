import { fileURLToPath } from 'node:url';
import { LaunchFailure } from '../launcher/failure.ts';
import { runMain } from '../launcher/processes/stopSignals.ts';
import { changelogPath, prepareRelease } from '../tooling/release/prepareRelease.ts';
import { readCall } from './readCall.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function main(): Promise<number> {
  readCall('npm run release   makes the next version of the changes that .changeset describes', {});
  const version = await prepareRelease(root, new Date().toISOString().slice(0, 10));
  if (version === undefined)
    throw new LaunchFailure('No change is described in .changeset, so there is nothing to release.');
  console.log(`Version ${version}. Read ${changelogPath}, then commit all and tag it v${version}.`);
  return 0;
}

await runMain(main);
