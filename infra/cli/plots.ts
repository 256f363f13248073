import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { startObservedRun, work } from '../deploy/observability/observedRun.ts';
import { drawPlots } from '../deploy/observability/plots.ts';
import { listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { requirePrograms } from '../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';
import { readCall } from './readCall.ts';

const images = fileURLToPath(new URL('../docs/images/', import.meta.url));

const usage = `npm run plots   runs the platform with a Prometheus beside it, and draws what the dashboards ask into the docs
  --seconds N     how long it works, 240 by default`;

async function main(): Promise<number> {
  const { values } = readCall(usage, { options: { seconds: { type: 'string', default: '240' } } });
  const stopped = listenForStop();
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const note = (text: string) => console.error(text);
  const programs = await requirePrograms({ environment, note }, ['mariadb', 'redis', 'ffmpeg', 'prometheus']);
  const dir = await mkdtemp(join(tmpdir(), 'star-graph-plots-'));
  const machine = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  try {
    await using run = await startObservedRun({ programs, dir, machine });
    const ended = new AbortController();
    const from = Date.now() / 1_000;
    const working = work(run, AbortSignal.any([ended.signal, stopped]));
    note(`working for ${values.seconds} seconds …`);
    await systemClock.sleep(Number(values.seconds) * 1_000, stopped).finally(() => ended.abort());
    await working;
    const plots = await drawPlots(run.prometheus, { from, to: Date.now() / 1_000 });
    for (const [name, svg] of plots) await writeFile(join(images, `dashboard-${name}.svg`), svg);
    note(`drew ${plots.size} images into ${images}`);
    return 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

await runMain(main);
