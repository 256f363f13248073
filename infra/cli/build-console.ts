import { runMain } from '../launcher/processes/stopSignals.ts';
import { readCall } from './readCall.ts';

await runMain(async () => {
  readCall('npm run build:console   builds the page that the API serves', {});
  await import('@star-graph/console/build/main');
  return 0;
});
