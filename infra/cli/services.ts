import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { aborted, listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { requirePrograms } from '../launcher/services/requirePrograms.ts';
import { startTestServices } from '../launcher/services/testServices.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';
import { readCall } from './readCall.ts';

const usage = `npm run services      runs the test services for test files run by hand, and prints the variables to export
  --dir D             where their data is
  --mariadb-port P
  --redis-port P`;

async function main(): Promise<number> {
  const { values } = readCall(usage, {
    options: {
      dir: { type: 'string' },
      'mariadb-port': { type: 'string' },
      'redis-port': { type: 'string' },
    },
  });
  const stopped = listenForStop();
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
