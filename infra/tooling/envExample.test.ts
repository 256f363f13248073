import { parseEnv } from 'node:util';
import { botSecretNames, discordEnvSchema } from '@star-graph/bot/config';
import { envSchema } from '@star-graph/core/ground/config/config';
import { secretNames } from '@star-graph/core/ground/config/secretNames';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tryEnvSchema } from '../cli/try/tryConfig.ts';
import { backupEnvSchema } from '../launcher/backups/backupConfig.ts';
import { renderEnvExample } from './renderEnvExample.ts';
import { readSourceFiles } from './sourceFiles.ts';

/** Every program's variables: a new schema is added here. */
const sections = [
  { title: 'The platform', schema: envSchema },
  { title: 'The Discord bot', schema: discordEnvSchema },
  { title: 'Backups, npm run backup and npm run restore', schema: backupEnvSchema },
  { title: 'The command-line client, npm run try', schema: tryEnvSchema },
];

// `vitest -u` writes the file anew.
test('.env.example is what the schemas say', async () => {
  const secrets = [...new Set([...secretNames, ...botSecretNames, 'BACKUP_PASSPHRASE'])];
  await expect(renderEnvExample(sections, secrets)).toMatchFileSnapshot('../../.env.example');
});

test('.env.example shows the defaults, and is valid with all of them', () => {
  const [example] = readSourceFiles(/^\.env\.example$/);
  const uncommented = (example?.text ?? '').replaceAll(/^#([A-Z])/gm, '$1');
  const values = parseEnv(uncommented);
  const present = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  const required = { DATABASE_URL: true, REDIS_URL: true, JWT_KEYS: true } as const;
  const schema = envSchema.partial(required);
  expect(schema.parse(present)).toEqual(schema.parse({}));
  const names = sections.flatMap((section) => Object.keys(section.schema.shape));
  expect(Object.keys(values).sort()).toEqual(names.sort());
});

test('refuses a variable that nobody has described', () => {
  const schema = z.object({ MYSTERY: z.string() });
  expect(() => renderEnvExample([{ title: 'x', schema }])).toThrow('MYSTERY has no description');
});
