import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, LauncherConfig } from './launcherConfig.ts';
import type { ProcessSpec } from './supervisor.ts';

/** What any of our processes may see of the launcher's environment: the machine, no secret. */
const machineVariables = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TZ',
  'LANG',
  'LC_ALL',
  'NODE_EXTRA_CA_CERTS',
  'LOG_LEVEL',
];

const storageVariables = ['S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY', 'S3_SECRET_KEY', 'S3_BUCKET'];
const limitVariables = ['DATABASE_POOL', 'WORKFLOWS_DIR', 'SHUTDOWN_SECONDS', 'RETENTION_DAYS', 'PUBLIC_URL'];

/** By process, what it may see beyond that where the person set it: each gets what it needs. */
const passedVariables = {
  api: [
    ...storageVariables,
    ...limitVariables,
    'ACCESS_TOKEN_MINUTES',
    'SESSION_HOURS',
    'ADMIN_USERNAME',
    'REGISTRATION',
    'SIGN_UP_GRANT',
    'DAILY_GRANT',
    'TRUSTED_PROXIES',
    'CORS_ORIGINS',
    'BODY_LIMIT_BYTES',
    'UPLOAD_LIMIT_BYTES',
    'UPLOAD_MEGAPIXELS',
    'OPEN_TASKS_PER_USER',
    'OPEN_TASKS',
    'SOCKETS_PER_USER',
    'SUBSCRIPTIONS_PER_SOCKET',
    'REQUESTS_PER_MINUTE',
  ],
  dispatcher: [...storageVariables, ...limitVariables, 'TASK_TIMEOUT_SECONDS', 'LEASE_SECONDS'],
  bot: [
    'DISCORD_TOKEN',
    'DISCORD_APPLICATION_ID',
    'DISCORD_API_URL',
    'DISCORD_CDN_HOSTS',
    'STAR_GRAPH_SERVICE_KEY',
  ],
  'preview-backend': [
    'PREVIEW_BACKEND_PREVIEW_METHOD',
    'PREVIEW_BACKEND_THREADS',
    'PREVIEW_BACKEND_PROTOCOL',
  ],
  migrations: [],
} as const satisfies Record<string, readonly string[]>;

export type NodeProcessName = keyof typeof passedVariables;

/** The whole environment of one of our processes. `given` wins over what the person set. */
export function selectEnvironment(
  name: NodeProcessName,
  env: Environment,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const selected: Record<string, string> = {};
  for (const key of [...machineVariables, ...passedVariables[name]]) {
    const value = env[key];
    if (value !== undefined) selected[key] = value;
  }
  return { ...selected, ...given };
}

export interface NodeProcessOptions {
  name: NodeProcessName;
  /** Relative to the checkout: the command line tells the process. */
  main: string;
  args?: readonly string[];
  env: Record<string, string>;
  isReady(logSinceStart: () => string): Promise<boolean>;
}

/** One of our own processes under the Node that runs the launcher. */
export function describeNodeProcess(
  context: { root: string; config: Pick<LauncherConfig, 'dataDir' | 'shutdownSeconds'> },
  options: NodeProcessOptions,
): ProcessSpec {
  const logFile = join(context.config.dataDir, 'logs', `${options.name}.log`);
  let logStart = 0;
  return {
    name: options.name,
    command: process.execPath,
    args: [options.main, ...(options.args ?? [])],
    env: options.env,
    cwd: context.root,
    logFile,
    async prepare() {
      logStart = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
    },
    isReady: () => options.isReady(() => readFrom(logFile, logStart)),
    readyTimeoutMs: 60_000,
    // The process gives its work in hand SHUTDOWN_SECONDS; a little more, and it hangs.
    stopTimeoutMs: (context.config.shutdownSeconds + 5) * 1_000,
  };
}

/** Ready means an HTTP 200; anything else, or silence for a second, is not yet. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** The log was renamed away for its size when it is shorter than it was. */
function readFrom(file: string, start: number): string {
  const size = statSync(file).size;
  const from = size < start ? 0 : start;
  const buffer = Buffer.alloc(Math.min(size - from, 1_000_000));
  const descriptor = openSync(file, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, from));
  } finally {
    closeSync(descriptor);
  }
}
