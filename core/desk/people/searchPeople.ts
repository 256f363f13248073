import type { QueryBuilder } from 'objection';
import { type Database, isAscii } from '../../ground/db/connect.ts';
import { EmailAddress } from '../../ground/db/models/email.ts';
import { Identity, User } from '../../ground/db/models/user.ts';
import { isId } from '../../ground/runtime/ids.ts';

/** A page of ids: below `beforeId`, newest first. */
interface IdPage {
  limit: number;
  beforeId?: string;
}

/**
 * The people whose user name or displayed name begins with the text, or whose id or subject at another service it is:
 * a Discord user id, or the subject of a provider; or whose e-mail address it is, for `byEmail`. Each way has an index of its own and gives its newest; the page is
 * the newest of all.
 */
export async function searchPeople(
  database: Database,
  text: string,
  page: IdPage & { byEmail: boolean },
): Promise<string[]> {
  const beginning = `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const ways = [ofNames(database, page, (query) => query.where('displayName', 'like', beginning))];
  if (isAscii(text)) {
    ways.push(ofNames(database, page, (query) => query.where('subject', text.replace(/^discord:/, ''))));
    ways.push(
      ofAccounts(database, page, (query) => query.where('username', 'like', beginning.toLowerCase())),
    );
  }
  if (page.byEmail && isAscii(text)) ways.push(ofEmail(database, page, text.toLowerCase()));
  if (isId(text)) ways.push(ofAccounts(database, page, (query) => query.where('id', text)));
  const found = new Set((await Promise.all(ways)).flat());
  return [...found].sort().reverse().slice(0, page.limit);
}

type Narrow<Row extends Identity | User> = (query: QueryBuilder<Row>) => QueryBuilder<Row>;

async function ofNames(
  database: Database,
  { limit, beforeId }: IdPage,
  narrow: Narrow<Identity>,
): Promise<string[]> {
  const query = narrow(Identity.query(database).distinct('userId')).orderBy('userId', 'desc').limit(limit);
  const rows = await (beforeId === undefined ? query : query.where('userId', '<', beforeId));
  return rows.map(({ userId }) => userId);
}

async function ofAccounts(
  database: Database,
  { limit, beforeId }: IdPage,
  narrow: Narrow<User>,
): Promise<string[]> {
  const query = narrow(User.query(database).select('id')).orderBy('id', 'desc').limit(limit);
  const rows = await (beforeId === undefined ? query : query.where('id', '<', beforeId));
  return rows.map(({ id }) => id);
}

async function ofEmail(database: Database, { beforeId }: IdPage, address: string): Promise<string[]> {
  const found = await EmailAddress.query(database).findOne({ address });
  return found && (beforeId === undefined || found.userId < beforeId) ? [found.userId] : [];
}
