import { randomUUID } from 'node:crypto';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { WritingView } from '@star-graph/contract/tasks/writing';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { describeAsset, expandPrompt } from '@star-graph/core/library/assets/writeText';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { priceAt } from '@star-graph/workflows/shared/priceAt';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { goneSignal } from '../assets/importHandlers.ts';
import { defineHandlers } from '../handler.ts';
import { parseIdempotencyKey } from '../parseIdempotencyKey.ts';
import { type AcceptDeps, acceptTask, presentAccepted, requireWords } from './acceptTask.ts';
import type { TaskPresenterDeps } from './presentTask.ts';

type WritingDeps = AcceptDeps &
  TaskPresenterDeps &
  Pick<ApiDeps, 'textModel' | 'config' | 'settings' | 'storage' | 'uploads' | 'wordRules'>;

/** What one text of the operator's model costs. */
export const textCost = (
  { TEXT_MODEL_CREDITS: credits }: Pick<ApiDeps['config'], 'TEXT_MODEL_CREDITS'>,
  { PRICE_PERCENT: percent }: { PRICE_PERCENT: number },
): number => (credits === 0 ? 0 : priceAt(credits, percent));

export function createWritingHandlers(deps: WritingDeps) {
  /** Of one text, for a person who may ask for it now. */
  const orderOf = async (caller: PersonCaller, ctx: ApiContext) => {
    const settings = await deps.settings.read();
    requireNoMaintenance(settings, caller.account);
    return {
      userId: caller.account.id,
      cost: textCost(deps.config, settings),
      key: parseIdempotencyKey(ctx) ?? randomUUID(),
      signal: goneSignal(ctx),
    };
  };
  const byWorkflow = async (
    workflowName: string,
    body: Record<string, unknown>,
    { caller, ctx }: { caller: PersonCaller; ctx: ApiContext },
  ): Promise<WritingView> => {
    const accepted = await acceptTask(deps, caller, {
      workflowName,
      body,
      idempotencyKey: parseIdempotencyKey(ctx),
      rawBody: JSON.stringify(body),
      span: ctx.state.span,
    });
    const task: TaskView = await presentAccepted(deps, accepted);
    return { cost: task.cost, task };
  };
  return defineHandlers({
    async expandPrompt({ body: { prompt }, caller, ctx }) {
      if (!deps.textModel) return byWorkflow('expand-prompt', { prompt }, { caller, ctx });
      const order = await orderOf(caller, ctx);
      await requireWords(deps, { prompt });
      return { cost: order.cost, text: await expandPrompt(deps, deps.textModel, { ...order, prompt }) };
    },
    async describeAsset({ params: { id }, caller, ctx }) {
      if (!deps.textModel) return byWorkflow('describe', { image: id }, { caller, ctx });
      const order = await orderOf(caller, ctx);
      const { tempDirectory } = deps.uploads;
      const asked = { ...order, assetId: id, tempDirectory };
      return { cost: order.cost, text: await describeAsset(deps, deps.textModel, asked) };
    },
  });
}
