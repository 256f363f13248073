import type { QuoteView } from '@star-graph/contract/tasks/generate';
import {
  readSharedRest,
  type SharedAllowance,
  wouldPay,
} from '@star-graph/core/people/guilds/sharedAllowance';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { forecastTask } from '@star-graph/core/work/dispatch/leader/forecastTask';
import { quoteTask } from '@star-graph/core/work/tasks/accepting/quoteTask';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { requirePlaceTerms } from '../guilds/placeTerms.ts';
import type { AcceptDeps } from './acceptTask.ts';

export type QuoteDeps = AcceptDeps & Pick<ApiDeps, 'plans' | 'queue' | 'clock'>;

/** What a request would cost and when it would be ready. @throws Problem everything `quoteTask` throws. */
export async function quoteWork(
  deps: QuoteDeps,
  caller: PersonCaller,
  ctx: ApiContext,
  workflowName: string,
  params: Record<string, unknown>,
): Promise<QuoteView> {
  const { pricePercent, sharedAllowance } = await requirePlaceTerms(deps, caller, ctx);
  const quoted = await quoteTask(deps, {
    userId: caller.account.id,
    role: caller.account.role,
    workflowName,
    params,
    pricePercent,
  });
  const { etaSeconds, queuePosition } = await forecastTask(deps, caller.account.id, quoted);
  const { cost, lane } = quoted;
  return {
    cost,
    lane,
    etaSeconds,
    queuePosition,
    ...(await quoteShare(deps, caller, sharedAllowance, cost)),
  };
}

/** The person's allowance of a server's shared credits, and whether they would pay. */
async function quoteShare(
  { database, clock }: Pick<ApiDeps, 'database' | 'clock'>,
  caller: PersonCaller,
  allowance: SharedAllowance | undefined,
  cost: number,
): Promise<Pick<QuoteView, 'sharedCredits'>> {
  if (!allowance) return {};
  const rest = await readSharedRest(database, caller.account.id, allowance, clock.now());
  const { creditsPerDay: perDay, left, available } = rest;
  return { sharedCredits: { perDay, left, available, pays: wouldPay(rest, cost) } };
}
