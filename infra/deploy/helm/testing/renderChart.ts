import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type KubeObject, parseObjects } from '../../kubernetes/testing/objects.ts';

const run = promisify(execFile);
export const chart = join(import.meta.dirname, '../star-graph');

export type Values = Record<string, unknown>;

export interface ChartRenderer extends AsyncDisposable {
  /** @throws Error with what the chart says. */
  render(values?: Values): Promise<KubeObject[]>;
}

export const readValues = async (name: string): Promise<Values> =>
  parse(await readFile(join(chart, name), 'utf8')) as Values;

/** Builds the renderer from Debian's packages: no module is fetched. */
export async function createChartRenderer(): Promise<ChartRenderer> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-chart-'));
  const program = join(directory, 'renderer');
  const env = {
    ...{ PATH: process.env.PATH, HOME: directory, GOCACHE: join(directory, 'cache') },
    ...{ GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOTOOLCHAIN: 'local' },
  };
  const source = join(import.meta.dirname, 'renderer');
  await run('go', ['build', '-o', program, '.'], { cwd: source, env, timeout: 540_000 });
  return {
    async render(values = {}) {
      const file = join(directory, `${crypto.randomUUID()}.yaml`);
      await writeFile(file, JSON.stringify(values));
      const { stdout } = await run(program, [chart, 'star-graph', file], { timeout: 60_000 });
      return parseObjects(stdout);
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
