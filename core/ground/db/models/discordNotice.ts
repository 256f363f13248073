import type { Locale } from '@star-graph/workflows';
import type { AccountChange } from '@star-graph/workflows/shared/accountChanges';
import { Model } from 'objection';

/** A message about a change to an account, which waits until the bot has sent it; then its row goes. */
export class DiscordNotice extends Model {
  static override tableName = 'discord_notices';
  declare id: string;
  declare userId: string;
  /** The person's id at Discord when it was made. */
  declare subject: string;
  declare locale: Locale;
  declare change: AccountChange;
  /** What signed in, where that is the change. */
  declare device: string | null;
  /** Where it came from; null for an administrator's change. */
  declare address: string | null;
  declare at: Date;
  declare dueAt: Date;
  /** How often it was handed to a bot. */
  declare tries: number;
}
