import type { Env } from '@star-graph/core/ground/config/config';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { ApiMiddleware } from '../apiContext.ts';
import { describeDoor as describeGraphs } from './graph/document.ts';
import { describeDoor as describeOpenAi } from './openai/document.ts';
import { describeDoor as describeSdapi } from './sdapi/document.ts';
import { sdapiPrefix } from './sdapi/sdapiDoor.ts';

/** The descriptions of doors by their addresses. They are no part of our own, whose failures have another form. */
const describeDoors = (publicUrl: string): ReadonlyMap<string, object> =>
  new Map<string, object>([
    ['/openapi/graph.json', describeGraphs()],
    ['/openapi/openai.json', describeOpenAi(publicUrl)],
    ['/openapi/sdapi.json', describeSdapi(sdapiPrefix)],
  ]);

interface DocumentDeps {
  publicUrl: string;
  config: Pick<Env, 'SECURITY_CONTACT'>;
  clock: Pick<Clock, 'now'>;
}

/** For everybody, as that of our own API is. */
export function serveDocuments(deps: DocumentDeps): ApiMiddleware {
  const documents = describeDoors(deps.publicUrl);
  return async (ctx, next) => {
    const document = ctx.path === securityPath ? describeContact(deps) : documents.get(ctx.path);
    if (!document || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.state.routePath = ctx.path;
    ctx.set('Cache-Control', 'no-cache');
    ctx.body = document;
  };
}

const securityPath = '/.well-known/security.txt';
const dayMs = 24 * 3_600_000;

/** RFC 9116; a contact that nobody confirms any more ends within half a year of the last request. */
function describeContact({ publicUrl, config, clock }: DocumentDeps): string | undefined {
  if (config.SECURITY_CONTACT === undefined) return undefined;
  const today = Math.floor(clock.now().getTime() / dayMs);
  const expires = new Date((today + 180) * dayMs).toISOString();
  const lines = [
    `Contact: ${config.SECURITY_CONTACT}`,
    `Expires: ${expires}`,
    'Preferred-Languages: en, zh',
    `Canonical: ${publicUrl}${securityPath}`,
  ];
  return `${lines.join('\n')}\n`;
}
