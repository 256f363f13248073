import { dataKeys } from '@star-graph/core/ground/config/values';
import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { invariant } from '@star-graph/core/ground/errors';
import { requireFittingKeys, WrongKeys } from '@star-graph/core/ground/requireFittingKeys';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createWelcomeCode } from '@star-graph/core/people/identity/accounts/welcomeCodes';
import { backUpBeforeMigration } from './backups/backUpBeforeMigration.ts';
import { findServiceKey, keepSecret, type LauncherSecrets, secretsFileOf } from './dataDir/secrets.ts';
import { LaunchFailure } from './failure.ts';
import type { Environment, LauncherConfig } from './launcherConfig.ts';
import { pageUrl } from './pageUrl.ts';
import {
  answersOk,
  describeNodeProcess,
  type NodeProcessOptions,
  selectEnvironment,
} from './processes/nodeProcesses.ts';
import { rememberPort } from './processes/portMemory.ts';
import {
  type ProcessSpec,
  type SupervisedProcess,
  type SupervisorDeps,
  supervise,
} from './processes/supervisor.ts';
import type { StepProgress } from './progress.ts';
import { describeCache, describeDatabase, type ServicePrograms } from './services/embeddedServices.ts';
import { type AdministratorSignIn, checkAdministrator } from './steps/administrator.ts';
import { ensureServiceKey } from './steps/botKey.ts';
import {
  checkDatabase,
  checkRedis,
  checkStorage,
  findRemovedBackends,
  findSilentBackends,
  openBackendNetwork,
} from './steps/externalParts.ts';
import { runMigrations } from './steps/runMigrations.ts';

interface PlatformContext {
  root: string;
  env: Environment;
  config: LauncherConfig;
  secrets: LauncherSecrets;
  programs: ServicePrograms;
  apiPort: number;
  progress: StepProgress;
  supervisor: SupervisorDeps;
  /** Ends when the console's page is built: the API reads it once, at its start. */
  page: Promise<unknown>;
  /** Aborts a start half-way. */
  stopped: AbortSignal;
  /** Every process that came up, in order: what the caller has to stop, also when a later one fails. */
  started: SupervisedProcess[];
}

/** How many steps `startPlatform` shows. */
export const platformSteps = 8;

interface StartedPlatform {
  signIn: AdministratorSignIn;
  /** Signs the administrator in once; undefined where the account is none. */
  welcomeCode: string | undefined;
  databaseUrl: string;
}

/**
 * Starts every part in the order of their needs, and at once what needs nothing of each other. Rejects at the first that does not come up, except the bot: the rest
 * does without it.
 */
export async function startPlatform(context: PlatformContext): Promise<StartedPlatform> {
  const databaseUrl = await startDatabase(context);
  const redisUrl = await startRedis(context);
  await openStorage(context);
  const stores = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...storageEnvironment(context) };
  await migrate(context, databaseUrl);
  const keys = { DATA_KEYS: context.env.DATA_KEYS ?? context.secrets.dataKeys };
  const origin = context.env.DATA_KEYS === undefined ? secretsFileOf(context.config.dataDir) : 'DATA_KEYS';
  await checkDataKeys(databaseUrl, keys.DATA_KEYS, origin);
  await together(context, [
    async (all) => startDispatcher(all, { ...stores, ...keys, ...(await startBackends(all, databaseUrl)) }),
    async (all) => {
      await all.page;
      await startApi(all, { ...stores, ...keys });
    },
  ]);
  const signIn = await signInAsAdministrator(context);
  await startBot(context, signIn);
  const welcomeCode = await makeWelcomeCode(databaseUrl, context.config.adminUsername);
  return { signIn, welcomeCode, databaseUrl };
}

/** Rejects with the first fault, once the others have ended too: nothing comes up behind the back of who then stops all. */
async function together(
  context: PlatformContext,
  parts: readonly ((context: PlatformContext) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController();
  const stopped = AbortSignal.any([context.stopped, failed.signal]);
  const faults: unknown[] = [];
  const start = (part: (typeof parts)[number]) =>
    part({ ...context, stopped }).catch((error: unknown) => {
      faults.push(error);
      failed.abort(error);
    });
  await Promise.all(parts.map(start));
  if (faults.length > 0) throw faults[0];
}

function migrate(
  { progress, config, env, root, stopped }: PlatformContext,
  databaseUrl: string,
): Promise<void> {
  return progress.step('migrations', async (note) => {
    const deps = { clock: systemClock, onBegin: () => note('backing up before a migration') };
    const backup = await backUpBeforeMigration(deps, databaseUrl, config);
    if (backup.kind === 'written') progress.say(`Backup before the migration: ${backup.path}`);
    if (backup.kind === 'unsealed')
      progress.say('No backup was made before the migration: set BACKUP_RECIPIENTS to get one.');
    note('migrating');
    const ofMigrations = selectEnvironment('migrations', env, { DATABASE_URL: databaseUrl });
    return { value: undefined, summary: await runMigrations({ root, env: ofMigrations, stopped }) };
  });
}

async function start(context: PlatformContext, spec: ProcessSpec): Promise<SupervisedProcess> {
  const supervised = await supervise(context.supervisor, spec, context.stopped);
  context.started.push(supervised);
  return supervised;
}

function startNode(context: PlatformContext, options: NodeProcessOptions): Promise<SupervisedProcess> {
  return start(context, describeNodeProcess(context, options));
}

/** How a process of ours shows that it serves, and that it lives. */
const ofStatus = (url: string): Pick<NodeProcessOptions, 'isReady' | 'healthUrl'> => ({
  isReady: () => answersOk(`${url}/readyz`),
  healthUrl: `${url}/healthz`,
});

/** A port of our own choice, and none of those that a later part was told to take. */
function choosePort({ config, env, apiPort }: PlatformContext, name: string): Promise<number> {
  return rememberPort(config.dataDir, name, [apiPort, Number(env.DISPATCHER_PORT), Number(env.BOT_PORT)]);
}

function startDatabase(context: PlatformContext): Promise<string> {
  return context.progress.step('database', async (note) => {
    const { databaseUrl } = context.config;
    if (databaseUrl !== undefined) {
      note('asking yours, by DATABASE_URL');
      await checkDatabase(databaseUrl);
      return { value: databaseUrl, summary: 'yours, by DATABASE_URL' };
    }
    const program = context.programs.mariadb;
    invariant(program, 'nothing was found to run MariaDB');
    const port = await choosePort(context, 'mariadb');
    const { spec, url } = describeDatabase(context.config, context.secrets, { program, port });
    note('starting MariaDB');
    await start(context, spec);
    return { value: url, summary: `MariaDB on 127.0.0.1:${port}` };
  });
}

function startRedis(context: PlatformContext): Promise<string> {
  return context.progress.step('redis', async () => {
    const { redisUrl } = context.config;
    if (redisUrl !== undefined) {
      await checkRedis(redisUrl);
      return { value: redisUrl, summary: 'yours, by REDIS_URL' };
    }
    const program = context.programs.redis;
    invariant(program, 'nothing was found to run Redis');
    const port = await choosePort(context, 'redis');
    const { spec, url } = describeCache(context.config, context.secrets, { program, port });
    await start(context, spec);
    return { value: url, summary: `Redis on 127.0.0.1:${port}` };
  });
}

function openStorage({ config, progress }: PlatformContext): Promise<void> {
  return progress.step('storage', async (note) => {
    const { objectStorage } = config;
    if (!objectStorage) return { value: undefined, summary: 'files below the data directory' };
    note('asking yours, by S3_ENDPOINT');
    await checkStorage(objectStorage, progress.say);
    return { value: undefined, summary: 'yours, by S3_ENDPOINT' };
  });
}

/** With the address of the API, which is in the links to files. */
function storageEnvironment({ config, secrets, env, apiPort }: PlatformContext): Record<string, string> {
  return {
    DATA_DIR: config.dataDir,
    PUBLIC_URL: env.PUBLIC_URL ?? pageUrl(config.apiHost, apiPort),
    FILE_SIGNING_KEY: env.FILE_SIGNING_KEY ?? secrets.fileSigningKey,
    API_HOST: config.apiHost,
    API_PORT: String(apiPort),
  };
}

/** @returns the dispatcher's variables beyond the person's own settings. */
function startBackends(context: PlatformContext, databaseUrl: string): Promise<Record<string, string>> {
  return context.progress.step('gpu servers', async (note) => {
    const { backends, dataDir, authoritiesFile } = context.config;
    const network = openBackendNetwork(authoritiesFile);
    if (backends.length > 0) {
      note('asking yours, by COMFYUI_URLS');
      const said = [
        ...(await findSilentBackends(network, backends)),
        ...(await findRemovedBackends(databaseUrl, backends)),
      ];
      const summary = said.length === 0 ? 'yours, by COMFYUI_URLS' : ['yours, but:', ...said].join('\n  ');
      return { value: {}, summary };
    }
    const port = await choosePort(context, 'preview-backend');
    const url = `http://127.0.0.1:${port}`;
    note('starting the preview backend');
    await startNode(context, {
      name: 'preview-backend',
      main: 'infra/preview-backend/main.ts',
      args: ['--port', String(port), '--data-dir', `${dataDir}/preview-backend`],
      env: selectEnvironment('preview-backend', context.env, {}),
      isReady: () => answersOk(`${url}/system_stats`),
      healthUrl: `${url}/system_stats`,
    });
    const value = { COMFYUI_URLS: url };
    return { value, summary: `preview backend on ${url} (CPU; set COMFYUI_URLS for your own)` };
  });
}

function startDispatcher(context: PlatformContext, stores: Record<string, string>): Promise<void> {
  return context.progress.step('dispatcher', async () => {
    // No other program needs to find it: without a setting any free port will do.
    const port = context.env.DISPATCHER_PORT ?? String(await choosePort(context, 'dispatcher'));
    await startNode(context, {
      name: 'dispatcher',
      main: 'core/work/dispatch/main.ts',
      env: selectEnvironment('dispatcher', context.env, { ...stores, DISPATCHER_PORT: port }),
      ...ofStatus(localUrl(context.env.METRICS_HOST || '127.0.0.1', Number(port))),
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
        JWT_KEYS: env.JWT_KEYS ?? secrets.jwtKeys,
        // Only an account that does not exist yet gets this password.
        ADMIN_PASSWORD: config.adminPassword ?? secrets.adminPassword,
      }),
      ...ofStatus(localUrl(config.apiHost, apiPort)),
    });
    return { value: undefined, summary: `ready on port ${apiPort}` };
  });
}

/** A password that the person gave and that is the account's is kept, so that it has to be given once. */
async function signInAsAdministrator(context: PlatformContext): Promise<AdministratorSignIn> {
  const { config, secrets, apiPort } = context;
  const apiUrl = localUrl(config.apiHost, apiPort);
  const passwords = [config.adminPassword ?? secrets.adminPassword, secrets.adminPassword];
  const signIn = await checkAdministrator(apiUrl, config.adminUsername, passwords);
  if (signIn.kind === 'accepted' && signIn.password !== secrets.adminPassword)
    keepSecret(config.dataDir, 'adminPassword', signIn.password);
  return signIn;
}

function startBot(context: PlatformContext, signIn: AdministratorSignIn): Promise<void> {
  return context.progress.step('discord bot', async (note) => {
    if (context.config.discordToken === undefined)
      return { value: undefined, summary: 'none; infra/docs/bot.md says how to get a DISCORD_TOKEN' };
    note('signing in at Discord');
    try {
      const bot = await superviseBot(context, signIn);
      const summary = bot.isServing
        ? 'running'
        : 'not running; the rest runs without it and it is tried again';
      return { value: undefined, summary };
    } catch (error) {
      if (!(error instanceof LaunchFailure) || context.stopped.aborted) throw error;
      return { value: undefined, summary: `not started: ${error.message}` };
    }
  });
}

async function superviseBot(
  context: PlatformContext,
  signIn: AdministratorSignIn,
): Promise<SupervisedProcess> {
  const { config, apiPort, env } = context;
  const apiUrl = localUrl(config.apiHost, apiPort);
  const admin =
    signIn.kind === 'accepted' ? { username: config.adminUsername, password: signIn.password } : undefined;
  const serviceKey =
    env.STAR_GRAPH_SERVICE_KEY ?? (await ensureServiceKey(apiUrl, admin, findServiceKey(config.dataDir)));
  if (env.STAR_GRAPH_SERVICE_KEY === undefined) keepSecret(config.dataDir, 'serviceKey', serviceKey);
  const port = env.BOT_PORT ?? String(await choosePort(context, 'bot'));
  return startNode(context, {
    name: 'bot',
    main: 'bot/main.ts',
    env: selectEnvironment('bot', env, {
      STAR_GRAPH_API_URL: apiUrl,
      STAR_GRAPH_SERVICE_KEY: serviceKey,
      BOT_PORT: port,
    }),
    ...ofStatus(localUrl(env.METRICS_HOST || '127.0.0.1', Number(port))),
    isOptional: true,
  });
}

/** The API's address from this machine; one that stands for all of them is no address to go to. */
export function localUrl(apiHost: string, apiPort: number): string {
  if (apiHost === '0.0.0.0') return `http://127.0.0.1:${apiPort}`;
  if (apiHost === '::') return `http://[::1]:${apiPort}`;
  return `http://${apiHost.includes(':') ? `[${apiHost}]` : apiHost}:${apiPort}`;
}

/**
 * @param origin where the keys come from, for the person who has to mend that
 * @throws LaunchFailure for keys that open nothing of what is in the database.
 */
async function checkDataKeys(databaseUrl: string, keys: string, origin: string): Promise<void> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    await requireFittingKeys({ database, keyRing: createKeyRing(dataKeys.parse(keys)) });
  } catch (cause) {
    if (!(cause instanceof WrongKeys)) throw cause;
    throw new LaunchFailure(
      `${cause.message} They come from ${origin}: put back the file or the setting that belongs to this database, such as that of its backup (infra/docs/keys.md#data-keys).`,
      { cause },
    );
  } finally {
    await database.destroy();
  }
}

/** A code that signs the administrator in once; undefined where the account is no administrator's, or blocked. */
async function makeWelcomeCode(databaseUrl: string, username: string): Promise<string | undefined> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    return await createWelcomeCode({ database, clock: systemClock }, username);
  } finally {
    await database.destroy();
  }
}
