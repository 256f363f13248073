import { ensureServiceKey } from './botKey.ts';
import { describeCache, describeDatabase, type ServiceRuntimes } from './embeddedServices.ts';
import type { Environment, LauncherConfig } from './launcherConfig.ts';
import {
  answersOk,
  describeNodeProcess,
  type NodeProcessOptions,
  selectEnvironment,
} from './nodeProcesses.ts';
import { rememberPort } from './portMemory.ts';
import type { Progress } from './progress.ts';
import { runMigrations } from './runMigrations.ts';
import { findServiceKey, keepServiceKey, type LauncherSecrets } from './secrets.ts';
import { type ProcessSpec, type SupervisedProcess, type SupervisorDeps, supervise } from './supervisor.ts';

export interface PlatformContext {
  root: string;
  env: Environment;
  config: LauncherConfig;
  secrets: LauncherSecrets;
  runtimes: ServiceRuntimes;
  apiPort: number;
  progress: Progress;
  supervisor: SupervisorDeps;
  /** Aborts a start half-way. */
  stopped: AbortSignal;
  /** Every process that came up, in order: what the caller has to stop, also when a later one fails. */
  started: SupervisedProcess[];
}

/** How many steps `startPlatform` shows. */
export const platformSteps = 7;

/** Starts every part in the order of their needs. Rejects at the first that does not come up. */
export async function startPlatform(context: PlatformContext): Promise<void> {
  const databaseUrl = await startDatabase(context);
  const redisUrl = await startRedis(context);
  const stores = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...storageEnvironment(context) };
  await context.progress.step('migrations', async () => {
    const env = selectEnvironment('migrations', context.env, { DATABASE_URL: databaseUrl });
    return {
      value: undefined,
      summary: await runMigrations({ root: context.root, env, stopped: context.stopped }),
    };
  });
  const comfyuiUrls = await startBackends(context);
  await startDispatcher(context, { ...stores, COMFYUI_URLS: comfyuiUrls });
  await startApi(context, { ...stores, COMFYUI_URLS: comfyuiUrls });
  await startBot(context);
}

async function start(context: PlatformContext, spec: ProcessSpec): Promise<void> {
  context.started.push(await supervise(context.supervisor, spec, context.stopped));
}

function startNode(context: PlatformContext, options: NodeProcessOptions): Promise<void> {
  return start(context, describeNodeProcess(context, options));
}

function startDatabase(context: PlatformContext): Promise<string> {
  return context.progress.step('database', async (note) => {
    const runtime = context.runtimes.mariadb;
    if (!runtime) return { value: context.config.databaseUrl ?? '', summary: 'yours, by DATABASE_URL' };
    const { spec, url, port } = await describeDatabase(context.config, context.secrets, runtime);
    note('starting MariaDB');
    await start(context, spec);
    return { value: url, summary: `MariaDB on 127.0.0.1:${port}` };
  });
}

function startRedis(context: PlatformContext): Promise<string> {
  return context.progress.step('redis', async () => {
    const runtime = context.runtimes.redis;
    if (!runtime) return { value: context.config.redisUrl ?? '', summary: 'yours, by REDIS_URL' };
    const { spec, url, port } = await describeCache(context.config, context.secrets, runtime);
    await start(context, spec);
    return { value: url, summary: `Redis on 127.0.0.1:${port}` };
  });
}

function storageEnvironment({ config, secrets, env }: PlatformContext): Record<string, string> {
  return { DATA_DIR: config.dataDir, FILE_SIGNING_KEY: env.FILE_SIGNING_KEY ?? secrets.fileSigningKey };
}

function startBackends(context: PlatformContext): Promise<string> {
  return context.progress.step('gpu servers', async (note) => {
    const { comfyuiUrls } = context.config;
    if (comfyuiUrls !== undefined) return { value: comfyuiUrls, summary: 'yours, by COMFYUI_URLS' };
    const { dataDir } = context.config;
    const port = await rememberPort(dataDir, 'preview-backend');
    const url = `http://127.0.0.1:${port}`;
    note('starting the preview backend');
    await startNode(context, {
      name: 'preview-backend',
      main: 'infra/preview-backend/main.ts',
      args: ['--port', String(port), '--data-dir', `${dataDir}/preview-backend`],
      env: selectEnvironment('preview-backend', context.env, {}),
      isReady: () => answersOk(`${url}/system_stats`),
    });
    return { value: url, summary: `preview backend on ${url} (CPU; set COMFYUI_URLS for your own)` };
  });
}

/**
 * glibc gives every thread an arena of its own, and what the picture library frees in one is not used in another: the
 * resident memory then grows for thousands of pictures. Other libraries of C do not know the variable.
 */
const fewArenas = { MALLOC_ARENA_MAX: '2' };

function startDispatcher(context: PlatformContext, stores: Record<string, string>): Promise<void> {
  return context.progress.step('dispatcher', async () => {
    // Nobody else needs to find it: any free port does where none was asked for.
    const port =
      context.env.DISPATCHER_PORT ?? String(await rememberPort(context.config.dataDir, 'dispatcher'));
    await startNode(context, {
      name: 'dispatcher',
      main: 'core/dispatch/main.ts',
      env: {
        ...fewArenas,
        ...selectEnvironment('dispatcher', context.env, { ...stores, DISPATCHER_PORT: port }),
      },
      isReady: () => answersOk(`http://127.0.0.1:${port}/healthz`),
    });
    return { value: undefined, summary: 'running' };
  });
}

function startApi(context: PlatformContext, stores: Record<string, string>): Promise<void> {
  const { config, secrets, apiPort, env } = context;
  return context.progress.step('api', async () => {
    await startNode(context, {
      name: 'api',
      main: 'api/main.ts',
      env: selectEnvironment('api', env, {
        ...stores,
        API_HOST: config.apiHost,
        API_PORT: String(apiPort),
        JWT_KEYS: env.JWT_KEYS ?? secrets.jwtKeys,
        ADMIN_PASSWORD: secrets.adminPassword,
      }),
      isReady: () => answersOk(`${localUrl(config.apiHost, apiPort)}/readyz`),
    });
    return { value: undefined, summary: `ready on port ${apiPort}` };
  });
}

function startBot(context: PlatformContext): Promise<void> {
  const { config, secrets, apiPort, env } = context;
  return context.progress.step('discord bot', async (note) => {
    if (config.discordToken === undefined)
      return { value: undefined, summary: 'none; infra/docs/bot.md says how to get a DISCORD_TOKEN' };
    const apiUrl = localUrl(config.apiHost, apiPort);
    const admin = { username: config.adminUsername, password: secrets.adminPassword };
    const serviceKey =
      env.STAR_GRAPH_SERVICE_KEY ?? (await ensureServiceKey(apiUrl, admin, findServiceKey(config.dataDir)));
    if (env.STAR_GRAPH_SERVICE_KEY === undefined) keepServiceKey(config.dataDir, serviceKey);
    const port = env.BOT_PORT ?? String(await rememberPort(config.dataDir, 'bot'));
    note('signing in at Discord');
    await startNode(context, {
      name: 'bot',
      main: 'bot/main.ts',
      env: selectEnvironment('bot', env, {
        STAR_GRAPH_API_URL: apiUrl,
        STAR_GRAPH_SERVICE_KEY: serviceKey,
        BOT_PORT: port,
      }),
      isReady: () => answersOk(`http://127.0.0.1:${port}/readyz`),
    });
    return { value: undefined, summary: 'running' };
  });
}

/** The API's address from this machine; one that stands for all of them is no address to go to. */
export function localUrl(apiHost: string, apiPort: number): string {
  if (apiHost === '0.0.0.0') return `http://127.0.0.1:${apiPort}`;
  if (apiHost === '::') return `http://[::1]:${apiPort}`;
  return `http://${apiHost.includes(':') ? `[${apiHost}]` : apiHost}:${apiPort}`;
}
