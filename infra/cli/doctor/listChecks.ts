import { getCACertificates } from 'node:tls';
import { createBackendNetwork, readAuthorities } from '@star-graph/core/comfy/http/network';
import { type NamedBackend, nameBackends } from '@star-graph/core/comfy/namedBackends';
import { botShardsCheck } from '@star-graph/core/desk/doctor/botShards';
import { databaseCheck } from '@star-graph/core/desk/doctor/database';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import { invariantsCheck } from '@star-graph/core/desk/doctor/invariants';
import { poolCheck } from '@star-graph/core/desk/doctor/pool';
import { redisCheck } from '@star-graph/core/desk/doctor/redis';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { backupDirOf } from '../../launcher/backups/backupFolder.ts';
import { backupsCheck } from './backups.ts';
import { diskOf } from './disk.ts';
import type { Installation } from './installation.ts';
import { licenceCheck } from './licences.ts';
import { discordCheck } from './network/discord.ts';
import { type GpuServerOptions, gpuServerCheck } from './network/gpuServer.ts';
import { mailCheck } from './network/mail.ts';
import { ownCertificateCheck } from './network/ownCertificate.ts';
import { publicUrlCheck } from './network/publicUrl.ts';
import { storageCheck } from './network/storage.ts';
import { programsCheck } from './node.ts';
import { secretsCheck } from './secrets.ts';
import { settingsCheck } from './settings.ts';

interface Deps {
  clock: Clock;
  /** Closes what the checks have opened. */
  parts: AsyncDisposableStack;
}

/** Every check of an installation, in the order of the report. */
export function listChecks(deps: Deps, installation: Installation, isDeep = false): Check[] {
  const { settings, launcher, env, root } = installation;
  const { S3_ENDPOINT } = settings;
  return [
    programsCheck(env.PATH),
    settingsCheck(installation),
    secretsCheck(installation),
    diskOf(launcher.dataDir, backupDirOf(launcher.dataDir, launcher.backup)),
    ...databaseChecks(deps, installation, isDeep),
    redisChecks(deps, installation),
    ...(S3_ENDPOINT === undefined ? [] : [storageCheck(deps, { ...settings, S3_ENDPOINT })]),
    ...publicUrlChecks(deps, installation),
    ...(settings.TLS_CERT_FILE === undefined
      ? []
      : [ownCertificateCheck(deps, root, settings.TLS_CERT_FILE)]),
    ...(settings.SMTP_URL === undefined ? [] : [mailCheck(settings.SMTP_URL)]),
    ...discordChecks(installation),
    backupsCheck(deps, launcher),
    ...gpuServerChecks(deps, launcher.backends, launcher.authoritiesFile),
  ];
}

/** For `npm run doctor -- http://gpu1:8188`: the settings have its credentials, if they name it. */
export function gpuServerChecks(
  { clock }: Pick<Deps, 'clock'>,
  backends: readonly NamedBackend[],
  authoritiesFile: string | undefined,
  options: GpuServerOptions = {},
): Check[] {
  const { authorities } = readAuthorities(authoritiesFile);
  const network = createBackendNetwork(authorities === undefined ? {} : { authorities });
  const trusted =
    authorities === undefined ? {} : { authorities: [...getCACertificates('default'), authorities] };
  return backends.map((backend) => gpuServerCheck({ clock, network, ...trusted }, backend, options));
}

/** @throws Error for an address that is none. */
export const nameServers = (urls: readonly string[], known: readonly NamedBackend[]): NamedBackend[] =>
  nameBackends(urls, {}).map((named) => known.find(({ url }) => url === named.url) ?? named);

function databaseChecks(
  { clock, parts }: Deps,
  { databaseUrl: url, settings, env }: Installation,
  isDeep: boolean,
): Check[] {
  if (url === undefined) return [asFinding('database', notRunning('MariaDB'))];
  const poolSize = settings.DATABASE_POOL;
  const database = parts.adopt(connectDatabase({ url, poolSize: 2 }), (it) => it.destroy());
  return [
    databaseCheck({ clock, database, url, poolSize }),
    poolCheck({ database }),
    ...(env.DISCORD_SHARDS === 'shared' ? [botShardsCheck({ database })] : []),
    licenceCheck({ database, clock }),
    ...(isDeep ? [invariantsCheck({ database: openPatient(parts, url) })] : []),
  ];
}

/** Opens a connection for statements that read whole tables. */
const openPatient = (parts: AsyncDisposableStack, url: string) =>
  parts.adopt(connectDatabase({ url, poolSize: 1, statementTimeoutMs: 30 * 60_000 }), (it) => it.destroy());

function redisChecks({ clock, parts }: Deps, { redisUrl: url, settings }: Installation): Check {
  if (url === undefined) return asFinding('redis', notRunning('Redis'));
  const redis = parts.adopt(createRedis({ url }), (it) => it.disconnect());
  return redisCheck({ clock, redis, url, prefix: settings.REDIS_PREFIX });
}

/** The launcher's own API is not looked at while it does not run. */
function publicUrlChecks(deps: Deps, { settings, databaseUrl, publicUrl, jwtKeys }: Installation): Check[] {
  if (jwtKeys === undefined || (settings.PUBLIC_URL === undefined && databaseUrl === undefined)) return [];
  return [publicUrlCheck(deps, { publicUrl, jwtKeys, uploadLimitBytes: settings.UPLOAD_LIMIT_BYTES })];
}

const discordChecks = ({ launcher, settings, env }: Installation): Check[] =>
  launcher.discordToken === undefined
    ? []
    : [
        discordCheck({
          token: launcher.discordToken,
          apiUrl: settings.DISCORD_API_URL,
          takesPosts: env.DISCORD_INTERACTIONS_PORT !== undefined,
        }),
      ];

const notRunning = (name: string): Finding =>
  finding(
    'not-running',
    `The private ${name} was not looked at: the platform of this data directory does not run.`,
    'Start it with npm start and run the doctor in a second terminal; or set DATABASE_URL and REDIS_URL.',
  );

/** A check that is over before it begins. */
export const asFinding = (name: string, ...findings: Finding[]): Check => ({
  name,
  limitMs: 1_000,
  run: async () => ({ summary: '', findings }),
});
