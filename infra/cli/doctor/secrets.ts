import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { parseRedisAddress } from '@star-graph/core/ground/redis/redisAddress';
import type { Installation } from './installation.ts';

/** Variables that are a secret as a whole. */
const whole = [
  'FILE_SIGNING_KEY',
  'METRICS_TOKEN',
  'ADMIN_PASSWORD',
  'S3_SECRET_KEY',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'SHOP_WEBHOOK_SECRET',
  'BACKUP_PASSPHRASE',
  'DISCORD_TOKEN',
  'STAR_GRAPH_SERVICE_KEY',
] as const;
/** Lists of kid:secret. */
const rings = ['JWT_KEYS', 'DATA_KEYS'] as const;
/** The password in an address. */
const addresses = ['DATABASE_URL', 'SMTP_URL'] as const;
/** Has one for the servers and one for the Sentinels. */
const redisAddress = 'REDIS_URL';

const secretNames: readonly string[] = [...whole, ...rings, ...addresses, redisAddress];

interface Secret {
  /** The variable, and the kid. */
  name: string;
  value: string;
}

export const secretsCheck = (installation: Installation): Check => ({
  name: 'secrets',
  limitMs: 5_000,
  async run() {
    const secrets = listSecrets(installation);
    return {
      summary: `${secrets.length} in the settings`,
      findings: [
        ...secrets.flatMap(judgeSecret),
        ...findShared(secrets),
        ...findTwice(installation),
        ...listFiles(installation).flatMap(judgeFile),
      ],
    };
  },
});

function listSecrets({ env }: Pick<Installation, 'env'>): Secret[] {
  const present = (names: readonly string[]) =>
    names.flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  return [
    ...present(whole).map(([name = '', value = '']) => ({ name, value })),
    ...present(rings).flatMap(([name = '', value = '']) =>
      value.split(',').map((pair) => {
        const [kid = '', secret = ''] = pair.trim().split(':');
        return { name: `${name} ${kid}`, value: secret };
      }),
    ),
    ...present(addresses).flatMap(([name = '', value = '']) => {
      const password = URL.canParse(value) ? decodeURIComponent(new URL(value).password) : '';
      return password === '' ? [] : [{ name, value: password }];
    }),
    ...present([redisAddress]).flatMap(([name = '', value = '']) =>
      listRedisPasswords(value).map((password) => ({ name, value: password })),
    ),
  ];
}

function listRedisPasswords(value: string): string[] {
  const address = parseRedisAddress(value);
  const ofSentinels = address.kind === 'sentinel' ? address.sentinelPassword : undefined;
  return [...new Set([address.password, ofSentinels])].filter((password) => password !== undefined);
}

const wayOut =
  "Make another one: node -e \"console.log(require('node:crypto').randomBytes(48).toString('base64url'))\". infra/docs/keys.md says how each is changed without loss.";
const example = /change[-_ ]?me|example|s3cr3t|secret|password|letmein|123456|qwerty|your[-_]|xxxx|test[-_]/i;
/** Of a provider or of ours: what follows these has another form, and they choose it. */
const prefixes = /^(whsec_|sk_(test_|live_)?|rk_(test_|live_)?|sgs_)/;
const fewestCharacters = 12;
const fewestDifferent = 8;

function judgeSecret({ name, value }: Secret): Finding[] {
  const own = value.replace(prefixes, '');
  // Random ones contain such words by chance only when they are long, and then nobody guesses the rest.
  if (own.length < 40 && example.test(own))
    return [finding('secret-example', `${name} is made of a well-known word.`, wayOut)];
  if (own.length < fewestCharacters || new Set(own).size < fewestDifferent)
    return [finding('secret-weak', `${name} can be guessed: it is too short or too regular.`, wayOut)];
  return [];
}

/** Whoever learns one of them has the other. */
function findShared(secrets: readonly Secret[]): Finding[] {
  const byValue = Map.groupBy(secrets, ({ value }) => value);
  return [...byValue.values()]
    .filter((same) => same.length > 1)
    .map((same) =>
      finding(
        'secret-shared',
        `${same.map(({ name }) => name).join(' and ')} are the same secret.`,
        'Give each purpose its own: who learns one, or reads it where it is used, has the other.',
      ),
    );
}

/** Which one counts depends on how a process is started. */
function findTwice({ sources, env, secrets }: Installation): Finding[] {
  const kept: Record<string, string | undefined> = {
    JWT_KEYS: secrets.jwtKeys,
    DATA_KEYS: secrets.dataKeys,
    FILE_SIGNING_KEY: secrets.fileSigningKey,
  };
  const isGiven = (name: string) => Boolean(sources.file[name] || sources.process[name]);
  return [...secretNames, 'OIDC_PROVIDERS'].flatMap((name) => {
    const given = env[name];
    if (!given) return [];
    const places = [
      sources.file[name] && sources.process[name] && sources.file[name] !== sources.process[name]
        ? 'the environment and .env'
        : undefined,
      kept[name] !== undefined && kept[name] !== given ? 'the settings and secrets.json' : undefined,
      isGiven(name) && isGiven(`${name}_FILE`) ? `${name} and ${name}_FILE` : undefined,
    ].filter((place) => place !== undefined);
    return places.map((place) =>
      finding(
        'secret-twice',
        `${name} is in two places with different values: ${place}.`,
        'Remove the one that is out of date; until then processes that are started in different ways use different ones.',
      ),
    );
  });
}

/** Of a program or a person besides: their forms are not judged here. */
const others = [
  'COMFYUI_CREDENTIALS',
  'OIDC_PROVIDERS',
  'S3_ACCESS_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

/** A public key, such as that of backups, or an address alone is for everybody's eyes. */
const hasSecrets = (env: Installation['env']): boolean =>
  listSecrets({ env }).length > 0 ||
  others.some((name) => env[name]) ||
  /:\/\/[^/\s,]*@/.test(env.COMFYUI_URLS ?? '');

/** Absolute, those that exist. */
function listFiles({ root, sources, launcher }: Installation): string[] {
  const named = ['TLS_KEY_FILE', 'OIDC_PROVIDERS_FILE', ...secretNames.map((name) => `${name}_FILE`)];
  const paths = [
    ...(hasSecrets(sources.file) ? ['.env'] : []),
    join(launcher.dataDir, 'secrets.json'),
    ...named.flatMap((name) => sources.process[name] || sources.file[name] || []),
  ];
  return paths
    .map((path) => resolve(root, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

function judgeFile(path: string): Finding[] {
  const { mode } = statSync(path);
  if ((mode & 0o007) === 0) return [];
  return [
    finding(
      'secret-readable',
      `${basename(path)} has secrets, and other users of this machine can read it (${(mode & 0o777).toString(8)}).`,
      `chmod 600 ${path}`,
    ),
  ];
}
