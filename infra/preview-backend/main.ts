import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stopOnSignals } from '@star-graph/core/ground/runtime/stopOnSignals';
import { parseConfig } from './config.ts';
import { startPreviewBackend } from './server.ts';

const workspaceRoot = join(import.meta.dirname, '../..');

const config = parseConfig(process.argv.slice(2), process.env, {
  dataDirectory: join(workspaceRoot, '.data/preview-backend'),
  modelsFile: join(import.meta.dirname, 'models.json'),
  workerThreads: availableParallelism(),
});

const backend = await startPreviewBackend(config, () => process.exit(1));

// The process that started this one reads the address from this line.
console.log(JSON.stringify({ listening: backend.url }));

const stop = stopOnSignals(() => backend.stop(), { onFault: (error) => console.error(error) });
if (config.stopsWithStdin) process.stdin.resume().on('end', stop);
