import type { pricesSchema, QuoteView } from '@star-graph/contract/tasks/generate';
import { Problem } from '@star-graph/core/ground/errors';
import { findBalance } from '@star-graph/core/money/credits/statement';
import {
  readSharedRest,
  type SharedAllowance,
  wouldPay,
} from '@star-graph/core/people/guilds/sharedAllowance';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { forecastTask } from '@star-graph/core/work/dispatch/leader/forecastTask';
import { quoteTask } from '@star-graph/core/work/tasks/accepting/quoteTask';
import { presentProblem } from '@star-graph/workflows/shared/presentProblem';
import type { z } from 'zod';
import { type ApiContext, requestUrn } from '../../apiContext.ts';
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
  const { id: userId, role } = caller.account;
  const quoted = await quoteTask(deps, { userId, role, workflowName, params, pricePercent });
  const { etaSeconds, queuePosition } = await forecastTask(deps, userId, quoted);
  const { available } = await findBalance(deps.database, userId);
  const { cost, lane } = quoted;
  return {
    cost,
    available,
    lane,
    etaSeconds,
    queuePosition,
    ...(await quoteShare(deps, caller, sharedAllowance, cost)),
  };
}

/** What each of several requests would cost. One that would be refused says why, and stops no other. */
export async function quoteEach(
  deps: AcceptDeps,
  caller: PersonCaller,
  ctx: ApiContext,
  items: readonly { workflow: string; params: Record<string, unknown> }[],
): Promise<z.output<typeof pricesSchema>> {
  const { id: userId, role } = caller.account;
  const { available } = await findBalance(deps.database, userId);
  const prices: z.output<typeof pricesSchema>['items'] = [];
  // One after the other: a picture's tools take no more than one connection of the database.
  for (const { workflow: workflowName, params } of items)
    prices.push(
      await quoteTask(deps, { userId, role, workflowName, params }).then(
        ({ cost }) => ({ cost }),
        (error: unknown) => {
          if (!(error instanceof Problem)) throw error;
          const { code, detail, errors } = error;
          const instance = requestUrn(ctx.state.requestId);
          return { problem: presentProblem({ code, detail, instance, errors }) };
        },
      ),
    );
  return { available, items: prices };
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
