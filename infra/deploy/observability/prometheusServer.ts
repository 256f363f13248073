import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { answersOk } from '../../launcher/processes/nodeProcesses.ts';
import type { ProcessRegistry } from '../../launcher/processes/processRegistry.ts';
import { supervise } from '../../launcher/processes/supervisor.ts';
import { folder, listYaml } from './prometheus/readRules.ts';

/** One series of an answer: of an instant query with one value, of a range query with many. */
export interface Series {
  labels: Record<string, string>;
  values: (readonly [atSeconds: number, value: number])[];
}

export interface PrometheusServer {
  /** Rejects with Prometheus' words when it cannot be evaluated. */
  query(expr: string): Promise<Series[]>;
  queryRange(expr: string, span: { from: number; to: number; step: number }): Promise<Series[]>;
  /** Rules whose last evaluation failed, and targets whose last scrape did. */
  listFaults(): Promise<string[]>;
  stop(): Promise<void>;
}

interface PrometheusConfig {
  /** The program. */
  command: string;
  /** The folder for its data and configuration. */
  dir: string;
  machine: Readonly<Record<string, string>>;
  /** By the names of the jobs in `scrape/platform.yml`: host and port of each process. */
  targets: Readonly<Record<string, readonly string[]>>;
}

/** A run of a minute has as much to show as a quarter of an hour. */
const interval = '1s';

/** Prometheus with the rules and jobs that ship, on other targets and in a hurry. */
export async function startPrometheus(
  deps: { clock: Clock; registry: ProcessRegistry },
  { command, dir, machine, targets }: PrometheusConfig,
): Promise<PrometheusServer> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  await writeConfig(dir, { ...targets, prometheus: [`127.0.0.1:${port}`] });
  const server = await supervise(
    { ...deps, report: ({ type, name }) => console.error(`${name}: ${type}`) },
    {
      name: 'prometheus',
      command,
      args: [
        `--config.file=${join(dir, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(dir, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--enable-feature=exemplar-storage',
      ],
      env: { ...machine },
      cwd: dir,
      logFile: join(dir, 'logs', 'prometheus.log'),
      isReady: () => answersOk(`${url}/-/ready`),
      readyTimeoutMs: 60_000,
      stopTimeoutMs: 20_000,
    },
  );
  return { ...createReader(url), stop: () => server.stop() };
}

const jobsSchema = z.object({
  scrape_configs: z.array(z.looseObject({ job_name: z.string(), static_configs: z.unknown() })),
});

async function writeConfig(dir: string, targets: PrometheusConfig['targets']): Promise<void> {
  const read = (path: string) => readFile(join(folder, path), 'utf8');
  for (const name of ['rules', 'scrape']) await mkdir(join(dir, name), { recursive: true });
  for (const path of listYaml('rules')) {
    const hurried = (await read(path)).replaceAll(/^( +interval: ).*$/gm, `$1${interval}`);
    await writeFile(join(dir, 'rules', basename(path)), hurried);
  }
  const config = parse(await read('prometheus.yml')) as { global: object };
  const times = { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval };
  await writeFile(
    join(dir, 'prometheus.yml'),
    stringify({ ...config, global: { ...config.global, ...times } }),
  );
  const { scrape_configs } = jobsSchema.parse(parse(await read('scrape/platform.yml')));
  const jobs = scrape_configs.map((job) => ({
    ...job,
    static_configs: [{ targets: targets[job.job_name] ?? [] }],
  }));
  await writeFile(join(dir, 'scrape', 'platform.yml'), stringify({ scrape_configs: jobs }));
}

const answerSchema = z.object({ status: z.string(), error: z.string().optional(), data: z.unknown() });
const sampleSchema = z.tuple([z.number(), z.string()]);
const resultSchema = z.union([
  z.object({ resultType: z.literal('scalar'), result: sampleSchema }),
  z.object({
    resultType: z.enum(['vector', 'matrix']),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: sampleSchema.optional(),
        values: z.array(sampleSchema).optional(),
      }),
    ),
  }),
]);
const rulesSchema = z.object({
  groups: z.array(
    z.object({ rules: z.array(z.object({ name: z.string(), lastError: z.string().default('') })) }),
  ),
});
const targetsSchema = z.object({
  activeTargets: z.array(z.object({ scrapeUrl: z.string(), lastError: z.string() })),
});

function createReader(url: string): Omit<PrometheusServer, 'stop'> {
  const ask = async (path: string, params: Record<string, string> = {}): Promise<unknown> => {
    const body = new URLSearchParams(params);
    const init = Object.keys(params).length > 0 ? { method: 'POST', body } : {};
    const response = await fetch(`${url}/api/v1/${path}`, { ...init, signal: AbortSignal.timeout(30_000) });
    const answer = answerSchema.parse(await response.json());
    if (answer.status !== 'success') throw new Error(`${params.query ?? path}: ${answer.error}`);
    return answer.data;
  };
  return {
    query: async (query) => toSeries(await ask('query', { query })),
    queryRange: async (query, { from, to, step }) =>
      toSeries(await ask('query_range', { query, start: String(from), end: String(to), step: String(step) })),
    async listFaults() {
      const rules = rulesSchema.parse(await ask('rules')).groups.flatMap((group) => group.rules);
      const { activeTargets } = targetsSchema.parse(await ask('targets'));
      return [
        ...rules.filter(({ lastError }) => lastError).map(({ name, lastError }) => `${name}: ${lastError}`),
        ...activeTargets
          .filter(({ lastError }) => lastError)
          .map(({ scrapeUrl, lastError }) => `${scrapeUrl}: ${lastError}`),
      ];
    },
  };
}

function toSeries(data: unknown): Series[] {
  const answer = resultSchema.parse(data);
  if (answer.resultType === 'scalar') return [{ labels: {}, values: [toPoint(answer.result)] }];
  return answer.result.map(({ metric, value, values = [] }) => ({
    labels: metric,
    values: (value ? [value] : values).map(toPoint),
  }));
}

const toPoint = ([at, value]: [number, string]): [number, number] => [at, Number(value)];
