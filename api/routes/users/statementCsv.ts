import { Readable } from 'node:stream';
import type { Transfer } from '@star-graph/core/ground/db/models/ledger';
import { firstIdAt } from '@star-graph/core/ground/runtime/ids';
import { listTransfers } from '@star-graph/core/money/credits/statement';
import type { ApiDeps } from '../../apiDeps.ts';
import { presentTransfer } from './presentTransfer.ts';

const rowsAPage = 500;
/** A statement with more is asked for in parts, by its times. */
const mostRows = 50_000;
/** An id is made shortly after the movement's time, so it bounds the rows that are read. */
const idSlackMs = 60_000;

interface Range {
  from: Date | undefined;
  until: Date | undefined;
}

/**
 * A person's statement as CSV (RFC 4180), newest first. It is read in pages while it is sent, so a long one costs no more
 * memory than a short one, and a client that goes away ends it.
 */
export const streamStatement = (deps: Pick<ApiDeps, 'database'>, userId: string, range: Range): Readable =>
  Readable.from(writeLines(deps, userId, range));

async function* writeLines({ database }: Pick<ApiDeps, 'database'>, userId: string, { from, until }: Range) {
  yield 'id,time,kind,amount,task,reason\r\n';
  const firstId = from === undefined ? '' : firstIdAt(from.getTime() - idSlackMs);
  let beforeId = until === undefined ? undefined : firstIdAt(until.getTime() + idSlackMs);
  for (let rows = 0; rows < mostRows; rows += rowsAPage) {
    const page = await listTransfers(database, userId, {
      limit: rowsAPage,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    const bounded = page.filter(({ id }) => id >= firstId);
    const wanted = bounded.filter(({ createdAt: at }) => (!from || at >= from) && (!until || at < until));
    yield wanted.map((transfer) => writeLine(transfer, userId)).join('');
    beforeId = page.at(-1)?.id;
    if (bounded.length < rowsAPage) return;
  }
}

function writeLine(transfer: Transfer, userId: string): string {
  const { id, createdAt, kind, amount, taskId = '', reason } = presentTransfer(transfer, userId);
  return `${[id, createdAt, kind, amount, taskId, writeText(reason)].join(',')}\r\n`;
}

/**
 * A text that others wrote. Spreadsheets compute what begins with one of these signs, and an apostrophe makes it text.
 */
export function writeText(text: string): string {
  const harmless = /^[\s]*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
