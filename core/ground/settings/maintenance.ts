import type { Locale } from '@star-graph/workflows';
import type { Settings } from '@star-graph/workflows/shared/liveSettings';
import type { Role } from '../db/models/user.ts';
import { Problem } from '../errors.ts';

/**
 * During maintenance nothing new is accepted, except from administrators, who try whether the platform works again.
 * @param person undefined for somebody without an account.
 * @throws Problem `unavailable` with the operator's message.
 */
export function requireNoMaintenance(
  { MAINTENANCE: maintenance }: Pick<Settings, 'MAINTENANCE'>,
  person?: { role: Role; locale: Locale },
): void {
  if (maintenance === null || person?.role === 'admin') return;
  const { message, retryAfterSeconds } = maintenance;
  throw new Problem('unavailable', message[person?.locale ?? 'en'], { retryAfterSeconds });
}
