import { Readable } from 'node:stream';
import type { AdminUserView } from '@star-graph/contract/admin/adminUsers';
import type { AuditView, SealedAuditView } from '@star-graph/contract/admin/audit';
import type { LedgerCheckView } from '@star-graph/contract/admin/ledger';
import type { Person } from '@star-graph/core/desk/people/people';
import { type listActs, readActs, type SealedAct } from '@star-graph/core/ground/audit';
import type { LedgerReport } from '@star-graph/core/money/credits/ledgerCheck';
import type { ApiDeps } from '../../apiDeps.ts';

/** @param reader moderators see no e-mail address. */
export function presentPerson(
  { user, balance, identities, email }: Person,
  reader: { showsEmail: boolean },
): AdminUserView {
  const { id, username, role, locale, disabledAt, createdAt, secondFactorSince } = user;
  return {
    id,
    username,
    role,
    locale,
    ...(disabledAt === null ? {} : { disabledAt: disabledAt.toISOString() }),
    createdAt: createdAt.toISOString(),
    secondFactor: secondFactorSince !== null,
    ...(reader.showsEmail ? { email } : {}),
    balance: { available: balance.available, held: balance.held, debt: balance.debt },
    openTasks: balance.openTasks,
    identities: identities.map(({ provider, subject, displayName }) => ({ provider, subject, displayName })),
  };
}

export function presentLedger({ checkedAt, underWay, ...check }: LedgerReport, now: Date): LedgerCheckView {
  const age = checkedAt && {
    checkedAt: checkedAt.toISOString(),
    ageSeconds: Math.max(0, (now.getTime() - checkedAt.getTime()) / 1_000),
  };
  return {
    ...check,
    ...age,
    ...(underWay && { underWay: { startedAt: underWay.startedAt.toISOString(), ...underWay.findings } }),
  };
}

type Act = Awaited<ReturnType<typeof listActs>>[number];

export const presentAct = ({ id, actorId, action, target, data, createdAt }: Act): AuditView => ({
  id,
  actorId,
  action,
  target,
  data,
  createdAt: createdAt.toISOString(),
});

/** Lines of JSON, a page at a time. A client that goes away ends the reading. */
export const streamAudit = (
  { database }: Pick<ApiDeps, 'database'>,
  range: { from: Date | undefined; to: Date },
): Readable => Readable.from(writeLines(readActs(database, range)));

async function* writeLines(pages: AsyncIterable<readonly SealedAct[]>) {
  for await (const page of pages) yield page.map((act) => `${JSON.stringify(presentSealed(act))}\n`).join('');
}

const presentSealed = ({ seq, kid, mac, ...act }: SealedAct): SealedAuditView => ({
  ...presentAct(act as SealedAct),
  seal: seq === null || kid === null || mac === null ? null : { seq, kid, mac },
});
