import type { Env } from '@star-graph/core/ground/config/config';

/** Named one by one, so that an overlooked new secret stays hidden. */
const fixedSettings = [
  'PUBLIC_URL',
  'ACCESS_TOKEN_MINUTES',
  'SESSION_HOURS',
  'SESSION_DAYS',
  'ADMIN_SECOND_FACTOR',
  'REGISTRATIONS_PER_ADDRESS',
  'REGISTRATIONS_PER_NETWORK',
  'FIRST_USES_PER_KEY',
  'SERVICE_GIFTS_PER_DAY',
  'TRUSTED_PROXIES',
  'ADMIN_ADDRESSES',
  'SERVICE_ADDRESSES',
  'CORS_ORIGINS',
  'PROGRAM_REDIRECTS',
  'ALLOWED_HOSTS',
  'LOG_LEVEL',
  'BODY_LIMIT_BYTES',
  'UPLOAD_LIMIT_BYTES',
  'UPLOAD_MEGAPIXELS',
  'SOCKETS_PER_USER',
  'SUBSCRIPTIONS_PER_SOCKET',
  'REQUESTS_PER_SECOND',
  'USER_REQUESTS_PER_SECOND',
  'ADDRESS_REQUESTS_PER_SECOND',
  'KEY_REQUESTS_PER_SECOND',
  'RETENTION_DAYS',
  'TASK_TIMEOUT_SECONDS',
  'LEASE_SECONDS',
  'SHUTDOWN_SECONDS',
] as const satisfies readonly (keyof Env)[];

export function presentFixed(config: Env): Record<string, string | number | string[]> {
  return Object.fromEntries(
    fixedSettings.flatMap((name) => {
      const value = config[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
