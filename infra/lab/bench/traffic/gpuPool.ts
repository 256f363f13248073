import { join } from 'node:path';
import { parseConfig } from '@star-graph/preview-backend/config';
import { startPreviewBackend } from '@star-graph/preview-backend/server';

/**
 * Many simulated GPU servers in one process: what a step takes is waited for, not computed. Arguments: how many, the
 * folder for their data, the seconds of a step. Prints `{ "urls": [...] }`.
 */
const [count = '1', directory = '', secondsPerStep = '1'] = process.argv.slice(2);
const modelsFile = join(import.meta.dirname, '../../../preview-backend/models.json');
const urls: string[] = [];
for (let number = 1; number <= Number(count); number++) {
  const flags = ['--simulate', '--instant', '--port', '0', '--preview-method', 'none'];
  const config = parseConfig(
    [...flags, '--seconds-per-step', secondsPerStep],
    {},
    {
      dataDirectory: join(directory, `gpu-${number}`),
      modelsFile,
      workerThreads: 1,
    },
  );
  urls.push((await startPreviewBackend(config, () => process.exit(1))).url);
}
console.log(JSON.stringify({ urls }));
