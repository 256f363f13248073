import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { allowedLabels } from '@star-graph/core/ground/telemetry/define';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const page = './metrics.md';
const tableHead = '| name | type | unit | labels | process | meaning |\n|---|---|---|---|---|---|\n';
const mains = { api: 'api/main.ts', dispatcher: 'core/work/dispatch/main.ts', bot: 'bot/main.ts' };
type Program = keyof typeof mains;

interface Shown {
  name: string;
  type: string;
  help: string;
  labels: string[];
  isLeaders: boolean;
}

/** In a process of its own, which has imported all that the program imports and has started nothing. */
async function listMetrics(program: Program): Promise<Shown[]> {
  const text = await readFile(join(root, mains[program]), 'utf8');
  const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name = '']) => name);
  const script = `
    import { createRequire } from 'node:module';
    const { resolve } = createRequire(process.argv[1]);
    for (const name of ${JSON.stringify(imports)}) await import(name.startsWith('.') ? new URL(name, process.argv[2]) : resolve(name));
    const at = (name) => import(${JSON.stringify(join(root, 'core/ground/telemetry/'))} + name);
    const { startProcessMetrics } = await at('processMetrics.ts');
    const { registry } = await at('define.ts');
    const { isLeaderMetric } = await at('leaderMetrics.ts');
    startProcessMetrics('${program}');
    const shown = registry.getMetricsAsArray().map(({ name, type, help, labelNames }) =>
      ({ name, type, help, labels: [...labelNames], isLeaders: isLeaderMetric(name) }));
    console.log(JSON.stringify(shown));
    process.exit();`;
  const main = join(root, mains[program]);
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', script, '--', main, `file://${main}`],
    { cwd: dirname(main), maxBuffer: 10_000_000 },
  );
  return JSON.parse(stdout);
}

const programs = Object.keys(mains) as Program[];
const shown = new Map(
  await Promise.all(programs.map(async (program) => [program, await listMetrics(program)] as const)),
);
const all = [...shown].flatMap(([program, metrics]) => metrics.map((metric) => ({ ...metric, program })));
const ours = all.filter(({ name }) => name.startsWith('star_graph_'));

/** Of the name: Prometheus wants base units at its end. */
const unitOf = (name: string): string =>
  /_(seconds|bytes|credits|ratio)(_total)?$/.exec(name)?.[1] ?? (name.endsWith('_info') ? '' : 'count');

test('the page of metrics has what the processes show', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const byName = Map.groupBy(all, ({ name }) => name);
  const rows = [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, [first, ...others]]) => {
      const where = first?.isLeaders ? 'leader' : [first, ...others].map((one) => one?.program).join(', ');
      const labels = first?.labels.join(', ') ?? '';
      return `| \`${name}\` | ${first?.type} | ${unitOf(name)} | ${labels} | ${where} | ${first?.help} |\n`;
    });
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});

test('no label says who did what, or has values without number', () => {
  const wrong = ours.flatMap(({ name, labels }) =>
    labels.filter((label) => !allowedLabels.includes(label)).map((label) => `${name}{${label}}`),
  );
  expect(wrong).toEqual([]);
  expect(
    allowedLabels.filter((label) => /id$|user|person|prompt|url|key|address|path|name$/.test(label)),
  ).toEqual([]);
});

test('names follow the conventions of Prometheus', () => {
  const wrong = ours
    .filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))
    .map(({ name }) => name);
  expect(wrong).toEqual([]);
  expect(ours.filter(({ type, name }) => type === 'histogram' && !name.endsWith('_seconds'))).toEqual([]);
  expect(all.filter(({ name }) => /milli|_ms(_|$)|minutes|hours|kilo|mega/.test(name))).toEqual([]);
  expect(all.filter(({ name }) => !/^(star_graph|nodejs|process)_[a-z0-9_]+$/.test(name))).toEqual([]);
});
