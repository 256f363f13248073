import { tmpdir } from 'node:os';
import { parseBotConfig } from '@star-graph/bot/config';
import { parseConfig, parseDispatcherConfig } from '@star-graph/core/ground/config/config';
import { expect, test } from 'vitest';
import { parseLauncherConfig } from './launcherConfig.ts';

const wrong = {
  DATABASE_URL: 'mysql://u:hidden@db',
  REDIS_URL: 'hidden',
  DATA_KEYS: 'hidden',
  JWT_KEYS: 'hidden',
  ADMIN_PASSWORD: '1234hidden1234',
  S3_ACCESS_KEY: 'hidden',
  LOG_LEVEL: 'hidden',
  LEASE_SECONDS: '1',
  METRICS_TOKEN: 'hidden',
  TLS_CERT_FILE: 'cert.pem',
  SMTP_URL: 'smtp://mail.example',
  SAFETY_CLASSIFIER: 'http',
  OIDC_PROVIDERS: '[]',
  OIDC_PROVIDERS_FILE: 'providers.json',
  DISCORD_SHARDS: '0',
  BACKUP_PASSPHRASE: 'hidden',
};
const services = ['DATABASE_URL', 'REDIS_URL', 'DATA_KEYS', 'LEASE_SECONDS', 'SAFETY_URL', 'TLS_CERT_FILE'];
const api = [...services, 'JWT_KEYS', 'SMTP_URL', 'OIDC_PROVIDERS', 'ADMIN_PASSWORD'];
const common = ['LOG_LEVEL', 'METRICS_TOKEN'];

test.each([
  ['api', () => parseConfig(wrong), [...api, ...common, 'FILE_SIGNING_KEY']],
  ['dispatcher', () => parseDispatcherConfig(wrong), [...services, ...common, 'FILE_SIGNING_KEY']],
  [
    'bot',
    () => parseBotConfig(wrong),
    [...common, 'DISCORD_TOKEN', 'STAR_GRAPH_SERVICE_KEY', 'DISCORD_SHARDS', 'DISCORD_SHARD_COUNT'],
  ],
  [
    'launcher',
    () => parseLauncherConfig(tmpdir(), wrong),
    [...api, ...common, 'DISCORD_SHARDS', 'DISCORD_SHARD_COUNT', 'BACKUP_PASSPHRASE'],
  ],
] as const)('the %s refuses a wrong configuration with all faults at once', (_name, parse, names) => {
  let message = '';
  try {
    parse();
  } catch (error) {
    message = error instanceof Error ? error.message : '';
  }
  const told = [...message.matchAll(/^ {2}(\w+):? /gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual([...names].toSorted());
  expect(message).not.toContain('hidden');
});
