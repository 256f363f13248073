import type { BackendNetwork } from '@star-graph/core/comfy/http/network';
import type { NamedBackend } from '@star-graph/core/comfy/namedBackends';
import { describeOffset, judgeOffset } from '@star-graph/core/desk/doctor/clockOffset';
import { examineServer, type FoundServer } from '@star-graph/core/desk/doctor/examineServer';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check, CheckResult, Detail } from '@star-graph/core/desk/doctor/runChecks';
import type { SmokeResult } from '@star-graph/core/desk/doctor/smokeRun';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { findCertificateFaults } from './certificate.ts';

const gigabyte = 1024 ** 3;

interface Deps {
  clock: Clock;
  network: BackendNetwork;
  authorities?: string[];
}

export interface GpuServerOptions {
  /** Lists which workflows run and what the others lack. Default: only whether it can be used. */
  withWorkflows?: boolean;
  /** Runs some of them, which takes minutes of its GPU. */
  withSmoke?: boolean;
}

/** As a dispatcher on this machine would reach it. */
export const gpuServerCheck = (
  deps: Deps,
  backend: NamedBackend,
  { withWorkflows = false, withSmoke = false }: GpuServerOptions = {},
): Check => ({
  name: `gpu ${new URL(backend.url).host}`,
  limitMs: withSmoke ? 30 * 60_000 : 60_000,
  async run(signal) {
    const url = new URL(backend.url);
    const certificate = await findCertificateFaults(url, { ...deps, now: () => deps.clock.now(), signal });
    const examined = await examineServer(deps, backend, { workflows: currentBuiltins, withSmoke }, signal);
    if ('fault' in examined) return { summary: '', findings: [...certificate, unreachable(examined.fault)] };
    const result = describeFound(url, examined.found, withWorkflows);
    return { ...result, findings: [...certificate, ...result.findings] };
  },
});

function unreachable(reason: string): Finding {
  const [what = '', ...wayOut] = reason.split(/(?<=\.) /);
  return finding(
    'server-unreachable',
    what,
    [...wayOut, 'It has to answer where dispatchers run, so run the doctor there.'].join(' '),
  );
}

function describeFound(url: URL, found: FoundServer, withWorkflows: boolean): CheckResult {
  const { facts, offsetMs, prompts, runs, lacks, smoke } = found;
  const { host } = url;
  const devices = facts.devices.map(
    ({ name, vramFreeBytes, vramTotalBytes }) =>
      `${name}, ${inGigabytes(vramFreeBytes)} of ${inGigabytes(vramTotalBytes)} GB free`,
  );
  const clock = offsetMs === undefined ? 'it tells no time' : describeOffset(offsetMs);
  const waiting = prompts === 0 ? [] : [`${prompts} prompts in its queue`];
  const findings = offsetMs === undefined ? [] : judgeOffset(`the GPU server ${host}`, offsetMs);
  if (withWorkflows && runs.length === 0)
    findings.push(
      finding(
        'server-runs-nothing',
        `None of the shipped workflows runs on ${host}.`,
        'Install what the list under "lacks" names, or add a workflow of your own.',
      ),
    );
  // Since the version that has jobs, each prompt asks for its own.
  if (!facts.hasJobsApi && (facts.previewMethod ?? 'none') === 'none')
    findings.push(
      finding(
        'server-without-previews',
        `Nobody sees pictures of ${host} while they are made: ComfyUI before 0.33 shows them only if it is told to.`,
        'Start it with --preview-method latent2rgb, or update it.',
      ),
    );
  if (smoke?.fault !== undefined)
    findings.push(
      finding('smoke-run-failed', `On ${host} ${smoke.fault}.`, 'Read the log of ComfyUI on that server.'),
    );
  const lists: Detail[] = [
    { title: `runs (${runs.length})`, lines: runs.length === 0 ? [] : [runs.join(', ')] },
    {
      title: `lacks (${lacks.length})`,
      lines: lacks.map(({ what, workflows }) => `${what} → ${workflows.join(', ')}`),
    },
  ];
  return {
    summary: [`ComfyUI ${facts.version ?? '?'}`, ...devices, ...waiting, clock].join(', '),
    findings,
    ...(withWorkflows && { details: [...lists, ...(smoke ? [describeSmoke(smoke)] : [])] }),
  };
}

function describeSmoke({ runs }: SmokeResult): Detail {
  return {
    title: `smoke run (${runs.length})`,
    lines: runs.map(({ workflow, firstSeconds, againSeconds }, index) => {
      const load = Math.max(0, firstSeconds - againSeconds);
      const what = index === 0 ? 'loading its models' : 'a swap to its models';
      return `${workflow}: ${inSeconds(againSeconds)} with its models loaded; ${what} took ${inSeconds(load)}`;
    }),
  };
}

const inGigabytes = (bytes: number): string => (bytes / gigabyte).toFixed(1);
const inSeconds = (seconds: number): string => `${seconds.toFixed(1)} s`;
