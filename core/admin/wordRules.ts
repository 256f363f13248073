import type { Clock } from '../clock.ts';
import { type Database, inTransaction } from '../db/connect.ts';
import { Setting } from '../db/models/operation.ts';
import { recordAct } from './audit.ts';

/** What the operator keeps out of prompts, whoever asks and wherever. */
export interface WordRules {
  blockedWords: string[];
  blockedPatterns: string[];
}

const settingName = 'words';

export async function readWordRules(database: Database): Promise<WordRules> {
  const setting = await Setting.query(database).findById(settingName);
  // Written by `changeWordRules` alone.
  return { blockedWords: [], blockedPatterns: [], ...(setting?.value as Partial<WordRules> | undefined) };
}

/** Replaces all of it; the audit keeps what it was before. */
export async function changeWordRules(
  deps: { database: Database; clock: Clock },
  actorId: string,
  rules: WordRules,
): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const before = await Setting.query(trx).findById(settingName).forUpdate();
    await Setting.query(trx)
      .insert({ name: settingName, value: rules, updatedAt: deps.clock.now() })
      .onConflict('name')
      .merge(['value', 'updatedAt']);
    await recordAct(deps, trx, {
      actorId,
      action: 'words.rules',
      target: 'settings:words',
      data: { before: before?.value ?? null, after: rules },
    });
  });
}
