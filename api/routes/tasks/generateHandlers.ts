import { forecastTask } from '@star-graph/core/dispatch/forecast/forecastTask';
import { readSharedRest, type SharedAllowance, wouldPay } from '@star-graph/core/guilds/sharedAllowance';
import type { PersonCaller } from '@star-graph/core/identity/caller';
import { quoteTask } from '@star-graph/core/tasks/accepting/quoteTask';
import { translateTask } from '@star-graph/core/tasks/reading/translateTask';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import type { QuoteView } from '../../contract/tasks/generate.ts';
import { requirePlaceTerms } from '../guilds/placeTerms.ts';
import { defineHandlers } from '../handler.ts';
import { parseIdempotencyKey } from '../parseIdempotencyKey.ts';
import { type AcceptDeps, acceptTask, presentAccepted } from './acceptTask.ts';
import type { TaskPresenterDeps } from './presentTask.ts';

export const createGenerateHandlers = (
  deps: AcceptDeps & TaskPresenterDeps & Pick<ApiDeps, 'publicUrl' | 'plans' | 'queue' | 'clock'>,
) =>
  defineHandlers({
    async generate({ params, body, caller, ctx }) {
      const accepted = await acceptTask(deps, caller, {
        workflowName: params.workflow,
        body,
        idempotencyKey: parseIdempotencyKey(ctx),
        rawBody: ctx.request.rawBody ?? '',
        span: ctx.state.span,
        requireTerms: () => requirePlaceTerms(deps, caller, ctx),
      });
      const view = await presentAccepted(deps, accepted);
      ctx.set('Location', `${deps.publicUrl}/api/v1/tasks/${view.id}`);
      return view;
    },
    async quote({ params, body, caller, ctx }) {
      const { meta: _meta, ...values } = body;
      return quote(deps, caller, ctx, params.workflow, values);
    },
    async translateTask({ params, query, caller, ctx }) {
      const { workflow, ...translated } = await translateTask(deps, {
        ...{ taskId: params.id, userId: caller.account.id },
        ...{ workflowName: query.workflow, output: query.output ?? 0 },
      });
      const isWhole = !translated.notes.some(({ code }) => code === 'needed');
      return {
        ...translated,
        workflow: { name: workflow.name, version: workflow.version },
        ...(isWhole && { quote: await quote(deps, caller, ctx, workflow.name, translated.params) }),
      };
    },
  });

async function quote(
  deps: AcceptDeps & Pick<ApiDeps, 'plans' | 'queue' | 'clock'>,
  caller: PersonCaller,
  ctx: ApiContext,
  workflowName: string,
  params: Record<string, unknown>,
): Promise<QuoteView> {
  const { pricePercent, sharedAllowance } = await requirePlaceTerms(deps, caller, ctx);
  const quoted = await quoteTask(deps, {
    ...{ userId: caller.account.id, role: caller.account.role },
    ...{ workflowName, params, pricePercent },
  });
  const { etaSeconds, queuePosition } = await forecastTask(deps, caller.account.id, quoted);
  const { cost, lane } = quoted;
  return {
    ...{ cost, lane, etaSeconds, queuePosition },
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
