import { holdsPattern, holdsWord } from '@star-graph/workflows/shared/wordFilter';
import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Setting } from '../../ground/db/models/operation.ts';
import { selectPrepared } from '../../ground/db/prepared.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { createFreshView, type ViewDeps } from '../../ground/runtime/freshView.ts';

/** Words and patterns that the operator forbids in all prompts, for all people and clients. */
export interface WordRules {
  blockedWords: string[];
  blockedPatterns: string[];
  /** Whole words that no blocked word with an open end reaches. */
  allowedWords: string[];
}

export const holdsForbidden = (rules: WordRules, text: string): boolean =>
  holdsWord(text, rules.blockedWords, rules.allowedWords) || holdsPattern(text, rules.blockedPatterns);

const settingName = 'words';
export const noRules: WordRules = { blockedWords: [], blockedPatterns: [], allowedWords: [] };

// Written by `changeWordRules` alone.
const toRules = (setting: Setting | undefined): WordRules => ({
  ...noRules,
  ...(setting?.value as Partial<WordRules> | undefined),
});

export async function readWordRules(database: Database): Promise<WordRules> {
  const [row] = await selectPrepared(database, 'SELECT * FROM settings WHERE name = ?', [settingName]);
  return toRules(row && Setting.fromDatabaseJson(row));
}

/** The rules in force, a second old at most. */
export type ReadWordRules = () => Promise<WordRules>;

const lifeMs = 1_000;

export function createWordRuleReader(deps: ViewDeps & { database: Database }): ReadWordRules {
  const view = createFreshView(deps, lifeMs, () => readWordRules(deps.database));
  return () => view.read();
}

/**
 * Changes the rules, one change after another; the audit keeps the earlier ones.
 * @param revise makes the new rules from the present ones. If it throws, nothing changes.
 */
export async function changeWordRules(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  revise: (rules: WordRules) => WordRules,
): Promise<WordRules> {
  return inTransaction(deps.database, async (trx) => {
    const updatedAt = deps.clock.now();
    // Its row is the lock for changes. To ignore the conflict would lock it for others' reads alone, and two changes
    // that both hold it so wait for each other.
    await Setting.query(trx)
      .insert({ name: settingName, value: noRules, updatedAt })
      .onConflict('name')
      .merge(['name']);
    const before = toRules(await Setting.query(trx).findById(settingName).forUpdate());
    const after = revise(before);
    await Setting.query(trx).findById(settingName).patch({ value: after, updatedAt });
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'words.rules',
      target: 'settings:words',
      data: { before, after, ...noteKeyOf(actor) },
    });
    return after;
  });
}
