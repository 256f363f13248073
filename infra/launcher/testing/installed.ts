import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Installation, readInstallation } from '../../cli/doctor/installation.ts';

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

/** Settings with which every process starts. */
export const soundEnv = (): Record<string, string> => ({
  DATABASE_URL: `mysql://star:${random(18)}@127.0.0.1:1/star_graph`,
  REDIS_URL: `redis://:${random(18)}@127.0.0.1:1/0`,
  JWT_KEYS: `a:${random(64)}`,
  DATA_KEYS: `a:${random(32)}`,
  FILE_SIGNING_KEY: random(48),
});

/** A checkout of its own with a `.env`. */
export async function makeFolder(dotEnv: Record<string, string> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'star-graph-doctor-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const text = Object.entries(dotEnv).map(([name, value]) => `${name}=${value}\n`);
  if (text.length > 0) await writeFile(join(root, '.env'), text.join(''), { mode: 0o600 });
  return root;
}

export async function makeInstallation(
  env: Record<string, string>,
  dotEnv: Record<string, string> = {},
): Promise<Installation> {
  const installation = readInstallation(await makeFolder(dotEnv), env);
  if (Array.isArray(installation)) throw new Error(installation.map(({ what }) => what).join());
  return installation;
}
