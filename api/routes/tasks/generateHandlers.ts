import { translateTask } from '@star-graph/core/work/tasks/translateTask';
import type { ApiDeps } from '../../apiDeps.ts';
import { requirePlaceTerms } from '../guilds/placeTerms.ts';
import { defineHandlers } from '../handler.ts';
import { parseIdempotencyKey } from '../parseIdempotencyKey.ts';
import { acceptTask, presentAccepted } from './acceptTask.ts';
import type { TaskPresenterDeps } from './presentTask.ts';
import { type QuoteDeps, quoteEach, quoteWork } from './quoteWork.ts';

export const createGenerateHandlers = (deps: QuoteDeps & TaskPresenterDeps & Pick<ApiDeps, 'publicUrl'>) =>
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
      return quoteWork(deps, caller, ctx, params.workflow, values);
    },
    quoteEach: ({ body, caller, ctx }) => quoteEach(deps, caller, ctx, body.items),
    async translateTask({ params, query, caller, ctx }) {
      const { workflow, ...translated } = await translateTask(deps, {
        taskId: params.id,
        userId: caller.account.id,
        workflowName: query.workflow,
        output: query.output ?? 0,
      });
      const isWhole = !translated.notes.some(({ code }) => code === 'needed');
      return {
        ...translated,
        workflow: { name: workflow.name, version: workflow.version },
        ...(isWhole && { quote: await quoteWork(deps, caller, ctx, workflow.name, translated.params) }),
      };
    },
  });
