import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Env } from '../../ground/config/config.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { createHttpClassifier } from './httpClassifier.ts';
import { createInspector, type Inspector } from './inspector.ts';
import { createLocalClassifier } from './localClassifier.ts';

type SafetyEnv = Pick<
  Env,
  | 'SAFETY_CLASSIFIER'
  | 'SAFETY_URL'
  | 'SAFETY_THRESHOLDS'
  | 'SAFETY_ACTION'
  | 'SAFETY_ON_FAILURE'
  | 'SAFETY_TIMEOUT_SECONDS'
  | 'DATA_DIR'
>;

/** The inspector of the environment; undefined where it is off. */
export function openInspector(
  deps: { storage: Pick<Storage, 'open'>; logger: Logger },
  env: SafetyEnv,
): Inspector | undefined {
  if (env.SAFETY_CLASSIFIER === 'off') return undefined;
  if (env.SAFETY_CLASSIFIER === 'http' && env.SAFETY_URL === undefined)
    throw new Error('The configuration is wrong:\n  SAFETY_URL: needed for SAFETY_CLASSIFIER=http');
  const timeoutMs = env.SAFETY_TIMEOUT_SECONDS * 1_000;
  const classifier =
    env.SAFETY_URL !== undefined && env.SAFETY_CLASSIFIER === 'http'
      ? createHttpClassifier(env.SAFETY_URL, timeoutMs)
      : createLocalClassifier(timeoutMs);
  return createInspector(
    { ...deps, classifier },
    {
      thresholds: Object.fromEntries(
        env.SAFETY_THRESHOLDS.map((item) => [item.split(':')[0] ?? '', Number(item.split(':')[1])]),
      ),
      action: env.SAFETY_ACTION,
      onFailure: env.SAFETY_ON_FAILURE,
      tempDirectory: join(resolve(env.DATA_DIR), 'tmp', 'safety'),
    },
  );
}
