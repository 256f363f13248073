import { runMain } from '../launcher/processes/stopSignals.ts';
import { readCall } from './readCall.ts';

await runMain(async () => {
  readCall('npm run migrate   brings the database of DATABASE_URL up to this release', {});
  await import('@star-graph/core/ground/db/main');
  return Number(process.exitCode ?? 0);
});
