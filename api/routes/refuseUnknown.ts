import { Problem } from '@star-graph/core/ground/errors';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import { answerUnknown, asksForPage } from '../pages/answerUnknown.ts';
import { HttpProblem } from '../transport/httpProblem.ts';

type MatchedContext = ApiContext & { matched?: { methods: string[] }[] };

/** Answers unmatched requests: 405 if the path has other methods, else 404, to a browser as a page. */
export const refuseUnknown: ApiMiddleware = async (ctx) => {
  const methods = [...new Set(((ctx as MatchedContext).matched ?? []).flatMap((layer) => layer.methods))];
  if (methods.length === 0 && asksForPage(ctx)) return answerUnknown(ctx);
  if (methods.length === 0) throw new Problem('not-found', 'There is nothing at this address.');
  const allow = methods.sort().join(', ');
  if (ctx.method === 'OPTIONS') {
    ctx.set('Allow', allow);
    ctx.status = 204;
    return;
  }
  throw new HttpProblem(405, 'not-found', `This address takes ${allow}, not ${ctx.method}.`, {
    headers: { Allow: allow },
  });
};
