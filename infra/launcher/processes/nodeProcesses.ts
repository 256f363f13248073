import { totalmem } from 'node:os';
import { join } from 'node:path';
import { botEnvSchema } from '@star-graph/bot/config';
import { dispatcherEnvSchema, envSchema } from '@star-graph/core/ground/config/config';
import type { Environment, LauncherConfig } from '../launcherConfig.ts';
import type { ProcessSpec } from './supervisor.ts';

/** The part of the launcher's environment that every process may see: facts about the machine, no secret. */
const machineVariables = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TZ',
  'LANG',
  'LC_ALL',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
];

/** The dispatcher's settings of GPU servers may contain passwords, and the API does not need them. */
const backendVariables = [
  'COMFYUI_URLS',
  'COMFYUI_CREDENTIALS',
  'COMFYUI_CA_FILE',
  'RENT_DSTACK_URL',
  'RENT_DSTACK_TOKEN',
  'RENT_CONFIGURATION',
];

/**
 * Further variables, by process: each process gets only those that it reads. Only the API signs people in, so only it
 * gets the keys.
 */
const passedVariables = {
  api: Object.keys(envSchema.shape).filter((name) => !backendVariables.includes(name)),
  dispatcher: Object.keys(dispatcherEnvSchema.shape),
  'preview-backend': [
    'PREVIEW_BACKEND_PREVIEW_METHOD',
    'PREVIEW_BACKEND_THREADS',
    'PREVIEW_BACKEND_PROTOCOL',
  ],
  bot: Object.keys(botEnvSchema.shape),
  migrations: ['DATABASE_URL'],
} as const satisfies Record<string, readonly string[]>;

type NodeProcessName = keyof typeof passedVariables;

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
  isReady(): Promise<boolean>;
  /** Answers as long as the process does anything at all. */
  healthUrl: string;
  isOptional?: boolean;
}

const smallMachineBytes = 4 * 2 ** 30;

/**
 * V8 lets its heap grow to half of the machine before it collects with zeal, and keeps young objects in large halves:
 * most of what a process holds then is garbage. An eighth of the memory is several times what the largest queue needs.
 * Where memory is short, it is collected sooner, which costs some processor.
 */
export const heapFlags = (memoryBytes: number): string[] => [
  `--max-old-space-size=${Math.min(1_024, Math.max(512, Math.floor(memoryBytes / 8 / 2 ** 20)))}`,
  ...(memoryBytes <= smallMachineBytes
    ? ['--max-semi-space-size=2', '--heap-growing-percent=20']
    : ['--max-semi-space-size=4']),
];

/** Of this machine, or of the container. */
export const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/**
 * How the launcher, and whoever measures what it starts, runs one of our programs. glibc gives every thread an arena of
 * its own, and what a library frees in one is not used in another: the resident memory then grows for thousands of
 * pictures. Other libraries of C do not know the variable.
 */
export const runByNode = (main: string, args: readonly string[] = []) => ({
  command: process.execPath,
  args: [...heapFlags(memoryBytes), main, ...args],
  env: { MALLOC_ARENA_MAX: '2' },
});

/** One of our own processes under the Node that runs the launcher. */
export function describeNodeProcess(
  context: { root: string; config: Pick<LauncherConfig, 'dataDir' | 'shutdownSeconds'> },
  options: NodeProcessOptions,
): ProcessSpec {
  const logFile = join(context.config.dataDir, 'logs', `${options.name}.log`);
  const program = runByNode(options.main, options.args);
  return {
    ...program,
    name: options.name,
    // Compiled once, TypeScript stripped: a later start spends its seconds on starting.
    env: {
      ...program.env,
      NODE_COMPILE_CACHE: join(context.config.dataDir, 'cache', 'node'),
      ...options.env,
    },
    cwd: context.root,
    logFile,
    isReady: options.isReady,
    isAlive: () => givesAnswer(options.healthUrl),
    isOptional: options.isOptional ?? false,
    readyTimeoutMs: 60_000,
    // The process gives its work in hand SHUTDOWN_SECONDS; a little more, and it hangs.
    stopTimeoutMs: (context.config.shutdownSeconds + 5) * 1_000,
  };
}

/** Longer than a busy machine takes to answer, and than the API waits for its own database before it says no. */
const answerTimeoutMs = 5_000;

/** Ready means an HTTP 200; anything else, or silence for so long, is not yet. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Any answer will do, also a refusal of one connection too many: only silence shows that a process hangs. */
export async function givesAnswer(url: string, limitMs = answerTimeoutMs): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
    await response.body?.cancel();
    return true;
  } catch (error) {
    return !(error instanceof Error && error.name === 'TimeoutError');
  }
}
