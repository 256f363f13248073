import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { aborted, listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { requirePrograms } from '../launcher/services/requirePrograms.ts';
import { startTestServices } from '../launcher/services/testServices.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';

/**
 * Runs the test services in the foreground, for test files run by hand:
 * `npm run services -- [--dir D] [--mariadb-port P] [--redis-port P]` prints the two variables to export.
 */
async function main(): Promise<number> {
  const stopped = listenForStop();
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      'mariadb-port': { type: 'string' },
      'redis-port': { type: 'string' },
    },
  });
  const print = (line: string) => console.error(line);
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const programs = await requirePrograms({ environment, note: print }, ['mariadb', 'redis']);
  const dir = values.dir ?? (await mkdtemp(join(tmpdir(), 'star-graph-services-')));
  const services = await startTestServices(
    { clock: systemClock, print },
    {
      programs,
      dir,
      ...(values['mariadb-port'] === undefined ? {} : { mariadbPort: Number(values['mariadb-port']) }),
      ...(values['redis-port'] === undefined ? {} : { redisPort: Number(values['redis-port']) }),
    },
  );
  for (const [name, value] of Object.entries(services.env)) console.log(`export ${name}='${value}'`);
  print('Ctrl-C stops them.');
  await aborted(stopped);
  await services.stop();
  if (values.dir === undefined) await rm(dir, { recursive: true, force: true });
  return 0;
}

await runMain(main);
