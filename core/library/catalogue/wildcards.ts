import { mostWildcards } from '@star-graph/workflows/translation/wildcards';
import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Setting } from '../../ground/db/models/operation.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/** A list of the operator's, a line of which takes the place of `__name__` in a prompt. */
interface Wildcard {
  /** In small letters. */
  name: string;
  /** Raised by each change. */
  version: number;
  lines: string[];
}

const settingName = 'wildcards';

const unknown = () => new Problem('not-found', 'There is no such list.');

/** By name. */
export async function listWildcards(database: Database | Transaction): Promise<Wildcard[]> {
  // Written by `changeWildcards` alone.
  return ((await Setting.query(database).findById(settingName))?.value as Wildcard[] | undefined) ?? [];
}

/** @throws Problem `not-found`. */
export async function requireWildcard(database: Database, name: string): Promise<Wildcard> {
  const found = (await listWildcards(database)).find((one) => one.name === name.toLowerCase());
  if (!found) throw unknown();
  return found;
}

interface Deps {
  database: Database;
  clock: Clock;
}

/**
 * A repeat of the change that made the next version changes nothing.
 * @param wish.version as it was read; 0 for a new one.
 * @throws Problem `changed-meanwhile`; `quota-exceeded`.
 */
export async function putWildcard(
  deps: Deps,
  actor: Actor,
  wish: { name: string; version: number; lines: readonly string[] },
): Promise<Wildcard> {
  const name = wish.name.toLowerCase();
  const lines = [...wish.lines];
  return changeWildcards(deps, actor, name, (all) => {
    const before = all.find((one) => one.name === name);
    const version = before?.version ?? 0;
    if (before && version === wish.version + 1 && before.lines.join('\n') === lines.join('\n'))
      return { all, result: before };
    if (version !== wish.version)
      throw new Problem(
        'changed-meanwhile',
        `This list is at version ${version} and not ${wish.version}. Read it, and decide again.`,
      );
    if (!before && all.length >= mostWildcards)
      throw new Problem('quota-exceeded', `There are ${mostWildcards} lists. Delete one first.`);
    const result = { name, version: version + 1, lines };
    const others = all.filter((one) => one !== before);
    return { all: [...others, result].toSorted((a, b) => (a.name < b.name ? -1 : 1)), result };
  });
}

/** @throws Problem `not-found`. */
export async function deleteWildcard(deps: Deps, actor: Actor, name: string): Promise<void> {
  const wanted = name.toLowerCase();
  await changeWildcards(deps, actor, wanted, (all) => {
    const rest = all.filter((one) => one.name !== wanted);
    if (rest.length === all.length) throw unknown();
    return { all: rest, result: undefined };
  });
}

/** One change after another. */
async function changeWildcards<Result>(
  deps: Deps,
  actor: Actor,
  name: string,
  revise: (all: readonly Wildcard[]) => { all: readonly Wildcard[]; result: Result },
): Promise<Result> {
  return inTransaction(deps.database, async (trx) => {
    const updatedAt = deps.clock.now();
    // Its row is the lock, taken as that of the word rules is.
    await Setting.query(trx)
      .insert({ name: settingName, value: [], updatedAt })
      .onConflict('name')
      .merge(['name']);
    const row = await Setting.query(trx).findById(settingName).forUpdate().throwIfNotFound();
    const before = row.value as Wildcard[];
    const { all, result } = revise(before);
    if (all === before) return result;
    await Setting.query(trx).findById(settingName).patch({ value: all, updatedAt });
    const countIn = (lists: readonly Wildcard[]) => lists.find((one) => one.name === name)?.lines.length ?? 0;
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'wildcards.change',
      target: 'settings:wildcards',
      data: { name, before: countIn(before), after: countIn(all), ...noteKeyOf(actor) },
    });
    return result;
  });
}
