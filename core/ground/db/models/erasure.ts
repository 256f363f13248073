import { Model } from 'objection';

/**
 * The states of an erasure. `ending`: the account is closed, its name is free, and nobody can sign in to it; requests
 * that were under way may still write for a minute. `erasing`: what the person made and wrote is being deleted; each
 * step may be repeated. `done`: nothing of it is left.
 */
export const erasureStates = ['ending', 'erasing', 'done'] as const;
type ErasureState = (typeof erasureStates)[number];

/** A deleted account. Its row in `users` stays without a name, since the ledger names it. */
export class Erasure extends Model {
  static override tableName = 'erasures';
  static override idColumn = 'userId';
  declare userId: string;
  declare state: ErasureState;
  declare askedAt: Date;
  /** How often it failed; at `mostTries` it is set aside until an administrator deletes the account once more. */
  declare tries: number;
  /** Not to be tried before; null: at once. */
  declare dueAt: Date | null;
  /** Why it failed last, for operators. */
  declare fault: string | null;
  declare doneAt: Date | null;
}
