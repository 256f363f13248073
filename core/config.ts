import { isIP } from 'node:net';
import { uploadMaxBytes, uploadMaxPixels } from '@star-graph/workflows/params/sizes';
import { backendCredentialsSchema } from '@star-graph/workflows/shared/backendCredentials';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const whole = (fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
const isUrl = (text: string, protocols: readonly string[]): boolean =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol);
const url = (protocols: string[]) =>
  z.string().refine((text) => isUrl(text, protocols), {
    message: `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
const listOf = (isItem: (text: string) => boolean, message: string) =>
  list.refine((items) => items.every(isItem), { message });

const web = ['http:', 'https:'];
const isOrigin = (text: string): boolean => isUrl(text, web) && new URL(text).origin === text;

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (rest.length > 0 || longest < 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
}

/** A stray `@` behind the host: a `/` of the password ended the host too early, and the rest of it would be shown. */
const isWholeUrl = (text: string): boolean =>
  !URL.canParse(text) ||
  !`${new URL(text).pathname}${new URL(text).search}${new URL(text).hash}`.includes('@');
const partUrl = {
  message: 'has an @ behind the host: in a password write %2F for /, %3F for ?, %23 for #, %40 for @',
};

/** The server would take a connection without a database, and every statement would fail. */
const databaseUrl = url(['mysql:'])
  .refine(isWholeUrl, partUrl)
  .refine((text) => !isUrl(text, ['mysql:']) || new URL(text).pathname.length > 1, {
    message: 'must name a database: mysql://user:password@host:port/database',
  });

/** `kid:secret,…`; a secret is base64url of at least 64 bytes. The first signs, all verify. */
const jwtKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((pair) => {
    const at = pair.indexOf(':');
    return { kid: pair.slice(0, at).trim(), secret: Buffer.from(pair.slice(at + 1).trim(), 'base64url') };
  });
  if (keys.some((key) => key.kid === '' || key.secret.length < 64))
    context.addIssue({
      code: 'custom',
      message: 'must be kid:secret pairs; a secret is base64url of 64 bytes or more',
    });
  return keys;
});

/** `kid:secret,…`; a secret is base64url of 32 bytes. The first encrypts, all decrypt. */
const dataKeys = list.transform((pairs, context) => {
  const keys = pairs.map((pair) => {
    const [kid = '', secret = ''] = pair.split(':');
    return { kid, secret: Buffer.from(secret, 'base64url') };
  });
  const areGood = keys.every(({ kid, secret }) => /^[\w-]{1,32}$/.test(kid) && secret.length === 32);
  if (!areGood || new Set(keys.map(({ kid }) => kid)).size < keys.length)
    context.addIssue({
      code: 'custom',
      message: 'must be kid:secret pairs, each kid once; a secret is base64url of 32 bytes',
    });
  return keys;
});

/** Addresses are shown to people, so they must not contain credentials. */
const isWithoutUser = (text: string): boolean => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  return parsed === undefined || (parsed.username === '' && parsed.password === '');
};

const isBackendUrl = (text: string): boolean => {
  if (!isUrl(text, web) || !isWholeUrl(text)) return false;
  const { search, hash } = new URL(text);
  return search === '' && hash === '';
};

const backendCredentials = z.string().transform((text, context) => {
  try {
    const read = z
      .record(z.string().refine(isBackendUrl), backendCredentialsSchema)
      .safeParse(JSON.parse(text));
    if (read.success && Object.keys(read.data).every(isWithoutUser)) return read.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  context.addIssue({
    code: 'custom',
    message:
      'must be JSON by address: {"http://gpu1:8188": {"kind": "bearer", "token": "…"}}, or "kind" "basic" with "username" and "password", or "header" with "headers"',
  });
  return z.NEVER;
});

/** Every environment variable of api, dispatcher and bot. The descriptions become `.env.example`. */
export const envSchema = z.object({
  API_HOST: z.string().default('127.0.0.1').describe('Address the API listens on'),
  API_PORT: port.default(8080).describe('Port the API listens on'),
  PUBLIC_URL: url(web)
    .refine(isWithoutUser, { message: 'must have no user and password, since everybody is shown it' })
    .optional()
    .describe("Where people reach the API; default: the API's own address"),
  DATA_DIR: z.string().default('.data').describe('Everything the launcher and the file storage keep'),
  DATABASE_URL: databaseUrl.describe('mysql://user:password@host:port/database; unset: a private MariaDB'),
  DATABASE_POOL: whole(8, 1, 200).describe(
    'Database connections a process, and as many for the moves of tasks',
  ),
  REDIS_URL: url(['redis:', 'rediss:'])
    .refine(isWholeUrl, partUrl)
    .describe('redis://host:port/db; unset: a private Redis'),
  REDIS_PREFIX: z
    .string()
    .default('star-graph:')
    .describe('Begins every key and channel in Redis; one for each installation that shares a server'),
  S3_ENDPOINT: url(web)
    .refine(isWithoutUser, {
      message: 'must have no user and password: they go into S3_ACCESS_KEY and S3_SECRET_KEY',
    })
    .optional()
    .describe('S3-compatible storage; unset: files in DATA_DIR'),
  S3_REGION: z.string().default('us-east-1').describe('Region of the bucket'),
  S3_ACCESS_KEY: z.string().default('').describe('Access key of the bucket'),
  S3_SECRET_KEY: z.string().default('').describe('Secret key of the bucket'),
  S3_BUCKET: z.string().default('star-graph').describe('Bucket for all objects'),
  FILE_SIGNING_KEY: z
    .string()
    .min(32)
    .optional()
    .describe('Signs file addresses where S3 is not used; 32 characters or more'),
  COMFYUI_URLS: listOf(
    isBackendUrl,
    'must be addresses of HTTP servers, such as http://10.0.0.7:8188, without ? and #; in a user name and a password write %2C for a comma, %40 for @, %2F for /, %3F for ?, %23 for #',
  ).describe(
    'All ComfyUI servers, comma-separated, such as http://10.0.0.7:8188 or https://user:password@gpu.example/comfy: others that it named before leave the pool; unset: the preview backend',
  ),
  COMFYUI_CREDENTIALS: backendCredentials
    .optional()
    .describe(
      'Credentials by address, as JSON: {"http://gpu1:8188": {"kind": "bearer", "token": "…"}, "http://gpu2:8188": {"kind": "header", "headers": {"X-Key": "…"}}}',
    ),
  COMFYUI_CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file with certificates of authorities that ComfyUI servers may be certified by, beside the usual ones',
    ),
  WAIT_FOR_SERVER_SECONDS: whole(120, 0, 7 * 86_400).describe(
    'Seconds for which requests are accepted while every ComfyUI server that could run them is away; 0: not at all',
  ),
  COMFYUI_INPUT_DIRS: list.describe(
    'Input folders of ComfyUI servers that the dispatchers see, comma-separated: old files of ours are removed; unset: none',
  ),
  COMFYUI_OUTPUT_DIRS: list.describe('The same for output folders'),
  COMFYUI_FILES_HOURS: whole(48, 1, 24 * 365).describe(
    'Hours after which such a file is removed, if no unfinished task may need it',
  ),
  RECYCLE_AFTER_HOURS: whole(0, 0, 24 * 365).describe(
    'Hours after which a ComfyUI server is drained, freed and, with RESTART_HOOK, restarted; 0: never',
  ),
  RECYCLE_MEMORY_GROWTH_MB: whole(0, 0, 10_000_000).describe(
    'The same once it keeps so many megabytes more than when it was fresh; 0: never',
  ),
  RESTART_HOOK: z.string().optional().describe('Restarts ComfyUI: an address to post to, or a program'),
  JWT_KEYS: jwtKeys.describe('Signing keys kid:secret,…; the first signs, all verify'),
  DATA_KEYS: dataKeys.describe(
    'Keys kid:secret,… that secrets are encrypted with in the database; the first encrypts, all decrypt',
  ),
  ACCESS_TOKEN_MINUTES: whole(15, 1, 24 * 60).describe('Life of an access token'),
  SESSION_HOURS: whole(24, 1, 24 * 90).describe('Life of a session without a refresh'),
  REFRESH_REPEAT_SECONDS: whole(30, 0, 600).describe(
    'Seconds in which a client whose answer was lost may present the same refresh token again; 0: never',
  ),
  ADMIN_USERNAME: z.string().default('admin').describe('Name of the first administrator'),
  ADMIN_PASSWORD: z
    .string()
    .min(12)
    .optional()
    .describe('Password of the first administrator; used when the account is made'),
  REGISTRATION: z.enum(['open', 'closed']).default('open').describe('Whether anybody may register'),
  REGISTRATIONS_PER_ADDRESS: whole(5, 1).describe(
    'Accounts that may be registered from one address a day; of IPv6 from one /64',
  ),
  REGISTRATIONS_PER_NETWORK: whole(25, 1).describe('The same from one network: an IPv4 /24, an IPv6 /48'),
  FIRST_USES_PER_KEY: whole(500, 1).describe(
    'Accounts that first uses through one service key may make an hour, such as those in Discord',
  ),
  SIGN_UP_GRANT: whole(100).describe('Credits a new account starts with'),
  SIGN_UP_GRANT_LOCK_DAYS: whole(30, 0, 3_650).describe(
    'Days during which those can be spent but not given away',
  ),
  DAILY_GRANT: whole(20).describe('Credits a person may fetch once a day'),
  DAILY_GRANT_LOCK_DAYS: whole(30, 0, 3_650).describe(
    'Days during which those can be spent but not given away',
  ),
  CANCEL_CHARGE: z
    .enum(['share', 'nothing'])
    .default('share')
    .describe('What cancelling a task that runs costs: the share that was computed, or nothing'),
  TRUSTED_PROXIES: listOf(
    isAddressOrRange,
    'must be IP addresses or CIDR ranges, such as 10.0.0.0/8',
  ).describe('Addresses or CIDR ranges whose X-Forwarded-For is believed'),
  CORS_ORIGINS: listOf(
    isOrigin,
    'must be origins, such as https://pictures.example, without a path',
  ).describe('Browser origins, beside the extension, that may call the API'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level logged'),
  BODY_LIMIT_BYTES: whole(1_000_000, 1_000).describe('Largest JSON body'),
  UPLOAD_LIMIT_BYTES: whole(uploadMaxBytes, 1_000).describe('Largest uploaded file'),
  UPLOAD_MEGAPIXELS: whole(uploadMaxPixels / 1_000_000, 1, 1_000).describe('Largest picture accepted'),
  UPLOADS_PER_USER: whole(8, 1).describe('Uploads one person may be sending to a process at once'),
  UPLOADS: whole(64, 1).describe('Uploads a process takes at once'),
  OPEN_TASKS_PER_USER: whole(100, 1).describe('Unfinished tasks one person may have'),
  OPEN_TASKS: whole(10_000, 1).describe('Unfinished tasks in all'),
  SOCKETS_PER_USER: whole(16, 1).describe('Sockets one person may have open'),
  CONNECTIONS: whole(10_000, 1).describe('Connections a process takes at once'),
  CONNECTIONS_PER_ADDRESS: whole(2_000, 1).describe(
    'The same of one address, or of one IPv6 network, that is no trusted proxy',
  ),
  SUBSCRIPTIONS_PER_SOCKET: whole(64, 1).describe('STOMP subscriptions a socket may have'),
  REQUESTS_PER_MINUTE: whole(600, 1).describe('Requests one person may make a minute'),
  RETENTION_DAYS: whole(30, 1).describe('Days after which outputs and uploads are deleted'),
  FAVOURITES_PER_USER: whole(200, 0).describe('Results one person may keep beyond RETENTION_DAYS'),
  TASK_RETENTION_DAYS: whole(365, 1).describe(
    'Days after which finished tasks are forgotten; never before their files',
  ),
  TASK_TIMEOUT_SECONDS: whole(1_800, 10).describe('Longest time one attempt may run'),
  DISPATCHER_PORT: port.optional().describe("Port for the dispatcher's health and metrics; unset: none"),
  METRICS_PORT: port.optional().describe("Port of its own for the API's health and metrics; unset: none"),
  METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address that METRICS_PORT, DISPATCHER_PORT and BOT_PORT listen on'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, { message: 'must be 16 or more printable characters without spaces' })
    .optional()
    .describe(
      'Bearer token that /metrics wants of everybody, on every port; unset: the API shows them on its own machine only',
    ),
  LEASE_SECONDS: whole(10, 2, 300).describe('Life of an ownership lease of a dispatcher'),
  WORKFLOWS_DIR: z.string().optional().describe("Folder with operators' workflows"),
  WORKFLOW_NODE_CLASSES: list.describe(
    "Node classes that operators' workflows may use beside ComfyUI's own, comma-separated",
  ),
  SHUTDOWN_SECONDS: whole(20, 1).describe('How long a stop waits for work in hand'),
});

export type Env = Readonly<z.output<typeof envSchema>>;

/** The dispatcher's variables: it signs no one in, so it does not get the keys. */
export const dispatcherEnvSchema = envSchema.omit({ JWT_KEYS: true, ADMIN_PASSWORD: true });

export type DispatcherEnv = Readonly<z.output<typeof dispatcherEnvSchema>>;

/**
 * Reads the environment once; empty values count as absent.
 * @throws Error naming every variable that is wrong, with the reason, never the value.
 */
export const parseConfig = (env: Record<string, string | undefined>): Env => parseEnvironment(envSchema, env);

/** As `parseConfig`, for the dispatcher. */
export const parseDispatcherConfig = (env: Record<string, string | undefined>): DispatcherEnv =>
  parseEnvironment(dispatcherEnvSchema, env);

function parseEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  env: Record<string, string | undefined>,
): Readonly<z.output<Schema>> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(present);
  if (result.success) return Object.freeze(result.data);
  const faults = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration is wrong:\n${faults.join('\n')}`);
}

/** The API's address as people reach it, without a trailing slash. */
export const publicUrlOf = (env: Pick<Env, 'PUBLIC_URL' | 'API_HOST' | 'API_PORT'>): string =>
  (env.PUBLIC_URL ?? `http://${env.API_HOST}:${env.API_PORT}`).replace(/\/+$/, '');
