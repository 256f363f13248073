import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { requirePrograms } from '../../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../../launcher/services/tools.ts';
import { fillVariables, panelsOf, readDashboards } from './grafana/readDashboards.ts';
import { type ObservedRun, startObservedRun, work } from './observedRun.ts';
import { readRules } from './prometheus/readRules.ts';
import { readQuery } from './readQuery.ts';

const longestMs = 900_000;
const patience = { timeout: longestMs / 2, interval: 1_000 };

/** Panels that show something only when something is wrong, or beside a program that does not run here. */
const mayBeEmpty: Readonly<Record<string, string>> = {
  'Errors by route': 'no request fails by our fault',
  'Failing loops': 'no loop fails',
  'Servers that are not up': 'all servers are up',
  'Lost leases': 'no dispatcher loses a lease',
  'Deleted by age': 'nothing is old enough',
  'Commands of the bot': 'no bot runs here: it needs Discord',
  'First answer': 'no bot runs here: it needs Discord',
  Webhooks: 'nobody has a webhook: no receiver has a public address here',
  Utilisation: 'needs dcgm-exporter and a GPU',
  'Memory of the cards': 'needs dcgm-exporter and a GPU',
  Temperature: 'needs dcgm-exporter and a GPU',
};

/** Of exporters that do not run here, and of what did not happen. */
const mayBeMissing =
  /^(DCGM|node|probe|redis|mysql)_|^star_graph_bot_|^star_graph_(loop_failures|redis_messages_lost|maintenance_failures)_total$|^star_graph_webhook_post/;

const panels = readDashboards().flatMap(panelsOf);
const rules = readRules();

let dir: string;
let run: ObservedRun;
const ended = new AbortController();
let working: Promise<void>;

beforeAll(async () => {
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const deps = { environment, note: () => undefined };
  const programs = await requirePrograms(deps, ['mariadb', 'redis', 'prometheus']);
  dir = await mkdtemp(join(tmpdir(), 'observed-'));
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  run = await startObservedRun({ programs, dir, machine: { PATH, NODE_COMPILE_CACHE } });
  working = work(run, ended.signal);
}, longestMs);

afterAll(async () => {
  ended.abort();
  await working;
  await run?.[Symbol.asyncDispose]();
  if (dir !== undefined) await rm(dir, { recursive: true, force: true });
}, longestMs);

/** Whether a query of it has a number to show now. */
async function isEmpty(exprs: readonly string[]): Promise<boolean> {
  for (const expr of exprs) {
    const series = await run.prometheus.query(expr);
    if (series.some(({ values }) => values.some(([, value]) => Number.isFinite(value)))) return false;
  }
  return true;
}

test('every panel of every dashboard shows a real run', { timeout: longestMs }, async () => {
  expect(Object.keys(mayBeEmpty).filter((name) => !panels.some(({ title }) => title === name))).toEqual([]);
  await vi.waitFor(async () => {
    const empty: string[] = [];
    for (const { title, targets } of panels)
      if (await isEmpty(targets.map(({ expr }) => fillVariables(expr, '1m')))) empty.push(title);
    expect(empty.filter((title) => !(title in mayBeEmpty))).toEqual([]);
  }, patience);
});

test('every rule is evaluated, over metrics that are there', { timeout: longestMs }, async () => {
  await vi.waitFor(async () => {
    const missing: string[] = [];
    for (const { record, expr } of rules)
      if (record !== undefined && !/burns/.test(record) && (await isEmpty([expr]))) missing.push(record);
    const names = new Set(rules.flatMap(({ expr }) => readQuery(expr).metrics));
    for (const name of names)
      if (
        !mayBeMissing.test(name) &&
        !name.includes(':') &&
        (await isEmpty([`{__name__=~"${name}(_count)?"}`]))
      )
        missing.push(name);
    expect(missing).toEqual([]);
    expect(await run.prometheus.listFaults()).toEqual([]);
  }, patience);
});

test('a dispatcher that stops is on its way to an alert', { timeout: longestMs }, async () => {
  await run.platform.dispatcher.stop();
  await vi.waitFor(async () => {
    const alerts = await run.prometheus.query('ALERTS{alertname=~"DispatcherDown|TargetDown"}');
    expect(alerts.map(({ labels }) => labels.alertname).toSorted()).toEqual(['DispatcherDown', 'TargetDown']);
  }, patience);
});
