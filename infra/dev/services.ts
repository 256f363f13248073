import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '@star-graph/core/clock';
import { LaunchFailure } from './failure.ts';
import { findServerPrograms } from './services/serverPrograms.ts';
import { listSearchDirs } from './services/tools.ts';
import { startTestServices } from './testServices.ts';

/**
 * Runs the test services in the foreground, for test files run by hand:
 * `npm run services -- [--dir D] [--mariadb-port P] [--redis-port P]` prints the two variables to export.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      'mariadb-port': { type: 'string' },
      'redis-port': { type: 'string' },
    },
  });
  const programs = findServerPrograms(listSearchDirs(process.env.PATH));
  const { mariadbd, mariadbInstallDb, redisServer } = programs;
  if (!mariadbd || !mariadbInstallDb || !redisServer)
    throw new LaunchFailure('MariaDB or Redis is not installed.');
  const services = await startTestServices(
    { clock: systemClock, print: (line) => console.error(line) },
    {
      mariadbd,
      mariadbInstallDb,
      redisServer,
      dir: values.dir ?? (await mkdtemp(join(tmpdir(), 'star-graph-services-'))),
      ...(values['mariadb-port'] === undefined ? {} : { mariadbPort: Number(values['mariadb-port']) }),
      ...(values['redis-port'] === undefined ? {} : { redisPort: Number(values['redis-port']) }),
    },
  );
  for (const [name, value] of Object.entries(services.env)) console.log(`export ${name}='${value}'`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await services.stop();
}

await main();
