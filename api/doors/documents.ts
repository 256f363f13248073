import type { ApiMiddleware } from '../apiContext.ts';
import { describeDoor as describeGraphs } from './graph/document.ts';
import { describeDoor as describeOpenAi } from './openai/document.ts';
import { describeDoor as describeSdapi } from './sdapi/document.ts';
import { sdapiPrefix } from './sdapi/sdapiDoor.ts';

/** The descriptions of doors by their addresses. They are no part of our own, whose failures have another form. */
export const describeDoors = (publicUrl: string): ReadonlyMap<string, object> =>
  new Map<string, object>([
    ['/openapi/graph.json', describeGraphs()],
    ['/openapi/openai.json', describeOpenAi(publicUrl)],
    ['/openapi/sdapi.json', describeSdapi(sdapiPrefix)],
  ]);

/** For everybody, as that of our own API is. */
export function serveDocuments(publicUrl: string): ApiMiddleware {
  const documents = describeDoors(publicUrl);
  return async (ctx, next) => {
    const document = documents.get(ctx.path);
    if (!document || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.state.routePath = ctx.path;
    ctx.set('Cache-Control', 'no-cache');
    ctx.body = document;
  };
}
