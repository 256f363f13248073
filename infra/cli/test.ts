import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { Usage } from '../launcher/failure.ts';
import { listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { findPrograms, requirePrograms } from '../launcher/services/requirePrograms.ts';
import type { ProgramName } from '../launcher/services/systemPrograms.ts';
import { startTestServices } from '../launcher/services/testServices.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';
import type { TestCounts } from '../tooling/countReporter.ts';
import { createRunFolder } from '../tooling/runFolder.ts';
import { parseTestLimitMs } from './testLimit.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The untested part, by the missing program. */
const usualPrograms = {
  chromium: 'Console and extension are not tested in Chromium',
  desktop: 'The extension is not tested with a real pointer',
} as const;

/** The same, of what `npm test` leaves out. */
const furtherPrograms = {
  radosgw: 'Storage is not tested against Ceph',
  firefox: 'Console and extension are not tested in Firefox',
  pythonClients: 'Doors are not tested with clients in Python',
  nginx: 'The configuration of nginx is not tested',
  promtool: 'The alert rules are not tested',
  prometheus: 'The dashboards are not tested against Prometheus',
} as const;

/** What the tests of operators need besides, all of it: where `npm run ops:test` lacks a part, it fails. */
const opsPrograms: readonly ProgramName[] = [
  'nginx',
  'caddy',
  'certbot',
  'promtool',
  'amtool',
  'prometheus',
  'kubectl',
  'docker',
  'debootstrap',
  'dockerCompose',
  'signing',
  'registry',
];

/**
 * What is checked beside the tests. One checker each: several would find the types of the same libraries anew, and take
 * twice the time of two cores.
 */
const checks: readonly (readonly [tool: string, ...args: string[]])[] = [
  ['biome', 'ci', '.', '--error-on-warnings'],
  ['tsc', '-p', 'infra/tooling/tsconfig.json', '--checkers', '1'],
  ['tsc', '-p', 'infra/tooling/tsconfig.browser.json', '--checkers', '1'],
];

/** Aborts a tool before it ends by itself. */
interface Limits {
  stopped: AbortSignal;
  longestMs: number;
}

const usage = `npm test                        lint, types and the tests that take minutes in all
npm run test:all                also those that are slow, and those of operators
npm test -- <path> …            the test files that match, and nothing else
npm test -- --project unit      one project, and nothing else
Other options are Vitest's, such as -t <title>.`;

/** Against a private MariaDB and Redis that end with the run. */
async function main(): Promise<number> {
  if (process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) throw new Usage(usage);
  const stopped = listenForStop();
  const isAll = process.argv[2] === '--all';
  const filters = nameWholeProjects(process.argv.slice(isAll ? 3 : 2));
  const isWhole = filters.length === 0;
  const limits: Limits = {
    stopped,
    longestMs: parseTestLimitMs(process.env.TEST_LIMIT_MINUTES, isAll ? 150 : 40),
  };
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const deps = { environment, note: (text: string) => console.log(text) };
  const programs = await requirePrograms(deps, ['mariadb', 'redis', 'ffmpeg', 'curl', 'jq']);
  if (filters.some((filter) => filter.includes('ops*'))) await requirePrograms(deps, opsPrograms);
  // Not available everywhere; without it the tests that need it count as skipped.
  const findOptional = async (names: readonly ProgramName[], untested: string): Promise<boolean> => {
    const { shortfall } = await findPrograms(deps, names);
    if (shortfall) console.log(`${untested}: ${shortfall.message}`);
    return shortfall === undefined;
  };
  const optional = isWhole && !isAll ? usualPrograms : { ...usualPrograms, ...furtherPrograms };
  for (const [name, untested] of Object.entries(optional))
    await findOptional([name as ProgramName], untested);
  if (isWhole && !isAll) filters.push(...chooseProjects(['unit', 'services', 'browser']));
  if (isWhole && isAll && !(await findOptional(opsPrograms, 'The work of operators is not tested')))
    filters.push(...chooseProjects(['!ops']));
  const counts: TestCounts = { passed: 0, failed: 0 };
  // Beside the first tests, which wait for services to start and for builds.
  const checked = (isWhole ? checks : []).map(([tool, ...args]) => countCheck(tool, args, limits));
  const dir = await createRunFolder();
  try {
    const services = await startTestServices(
      { clock: systemClock, print: (line) => console.log(line) },
      { programs, dir },
    );
    try {
      const tests = await runTests({
        filters,
        // Dozens of processes load the same program: compiled once, each starts in half of the time.
        env: {
          ...services.env,
          NODE_COMPILE_CACHE: join(dir, 'node-cache'),
          PATH: environment.searchDirs.join(delimiter),
          ...(isAll && { PROPERTY_SEED: String(randomInt(2 ** 31)) }),
        },
        countsFile: join(dir, 'counts.json'),
        limits,
      });
      counts.passed += tests.passed;
      counts.failed += tests.failed;
      for (const failed of await Promise.all(checked)) counts.failed += failed;
    } finally {
      await services.stop();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  if (stopped.aborted) return 130;
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 ? 0 : 1;
}

const chooseProjects = (names: readonly string[]) =>
  nameWholeProjects(names.flatMap((name) => ['--project', name]));

/** What runs in processes of its own is a project of its own, `unit-alone` beside `unit`: the name stands for both. */
const nameWholeProjects = (args: readonly string[]): string[] =>
  args.map((arg, at) => (args[at - 1] === '--project' || arg.startsWith('--project=') ? `${arg}*` : arg));

/** 1 when the check fails, 0 when it passes. */
async function countCheck(tool: string, args: readonly string[], limits: Limits): Promise<number> {
  console.log(`$ ${tool} ${args.join(' ')}`);
  try {
    return (await runTool(tool, args, {}, limits)) === 0 ? 0 : 1;
  } catch (error) {
    // It could not be started; the tests that run beside it go on.
    console.error(error);
    return 1;
  }
}

async function runTests(options: {
  filters: readonly string[];
  env: Record<string, string>;
  countsFile: string;
  limits: Limits;
}): Promise<TestCounts> {
  const reporters = ['--reporter=default', `--reporter=${join(root, 'infra/tooling/countReporter.ts')}`];
  const args = ['run', '--config', 'infra/tooling/vitest.config.ts', ...reporters, ...options.filters];
  const env = { ...options.env, TEST_COUNTS_FILE: options.countsFile };
  const exitCode = await runTool('vitest', args, env, options.limits);
  const counts = await readCounts(options.countsFile);
  // A runner that died, or found no tests, has failed, whichever numbers it counted.
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function readCounts(file: string): Promise<TestCounts> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { passed: 0, failed: 1 };
    throw error;
  }
}

/** Runs one of the workspace's tools to its end; its exit code, or 1 when it was killed. */
function runTool(
  tool: string,
  args: readonly string[],
  env: Record<string, string>,
  { stopped, longestMs }: Limits,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', tool), args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    const timer = setTimeout(() => {
      console.error(
        `${tool} did not end within ${longestMs / 60_000} minutes. On a busy machine, allow more: TEST_LIMIT_MINUTES=80 npm test`,
      );
      child.kill('SIGKILL');
    }, longestMs);
    const onStop = () => child.kill('SIGTERM');
    stopped.addEventListener('abort', onStop);
    if (stopped.aborted) onStop();
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', onStop);
      resolve(code ?? 1);
    });
  });
}

await runMain(main);
