import { version } from '@star-graph/api/version';
import { type Check, type CheckReport, runChecks } from '@star-graph/core/desk/doctor/runChecks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Environment } from '../../launcher/launcherConfig.ts';
import { readInstallation } from './installation.ts';
import { asFinding, gpuServerChecks, listChecks, nameServers } from './listChecks.ts';
import { programsCheck } from './node.ts';
import { type Look, pageOf, renderReport, worstOf } from './renderReport.ts';

interface DoctorRequest {
  root: string;
  env: Environment;
  /** GPU servers to look at, and nothing else. Empty: the whole installation. */
  servers: readonly string[];
  isJson: boolean;
  /** Runs workflows on the servers that are named. */
  withSmoke?: boolean;
  /** Holds the rules of the tables against every row. Default: no. */
  isDeep?: boolean;
}

interface DoctorOutput {
  write(text: string): void;
  /** What is still being looked at; empty: nothing any more. */
  showWaiting(names: readonly string[]): void;
  look: Look;
}

/** @returns the exit code: 2 with an error, 1 with a warning, else 0. */
export async function runDoctor(
  deps: { clock: Clock },
  request: DoctorRequest,
  output: DoctorOutput,
): Promise<number> {
  await using parts = new AsyncDisposableStack();
  const checks = chooseChecks({ ...deps, parts }, request);
  const waiting = new Set(checks.map(({ name }) => name));
  output.showWaiting([...waiting]);
  const reports = await runChecks(deps, checks, ({ name }) => {
    waiting.delete(name);
    output.showWaiting([...waiting]);
  });
  output.write(`${request.isJson ? toJson(reports) : renderReport(reports, output.look)}\n`);
  const worst = worstOf(reports);
  return worst === 'error' ? 2 : worst === 'warning' ? 1 : 0;
}

function chooseChecks(
  deps: { clock: Clock; parts: AsyncDisposableStack },
  { root, env, servers, withSmoke = false, isDeep = false }: DoctorRequest,
): Check[] {
  const installation = readInstallation(root, env);
  if (Array.isArray(installation)) return [programsCheck(env.PATH), asFinding('settings', ...installation)];
  if (servers.length === 0) return listChecks(deps, installation, isDeep);
  const { backends, authoritiesFile } = installation.launcher;
  const options = { withWorkflows: true, withSmoke };
  return gpuServerChecks(deps, nameServers(servers, backends), authoritiesFile, options);
}

const toJson = (reports: readonly CheckReport[]): string =>
  JSON.stringify(
    {
      version,
      worst: worstOf(reports) ?? 'none',
      checks: reports.map((report) => ({
        ...report,
        findings: report.findings.map((one) => ({ ...one, page: pageOf(one) })),
      })),
    },
    null,
    2,
  );
