import type { Settings } from '@star-graph/workflows/shared/liveSettings';
import { dispatcherEnvSchema } from '../ground/config/config.ts';
import type { LiveSettings } from '../ground/settings/liveSettings.ts';
import { inForce } from '../ground/settings/storedSettings.ts';

/** The defaults of the environment, with some values of a test's own. */
export function fixedSettings(values: Partial<Settings> = {}): Pick<LiveSettings, 'read'> {
  const required = { DATABASE_URL: 'mysql://localhost/x', REDIS_URL: 'redis://localhost' };
  const settings = { ...inForce(dispatcherEnvSchema.parse(required), {}), ...values };
  return { read: async () => settings };
}
