import { bodyParser } from '@koa/bodyparser';
import { OAuthFault, type OAuthFaultCode } from '@star-graph/core/people/identity/programs/oauthFault';
import type { z } from 'zod';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';

interface Form {
  type: 'form' | 'json';
  /** What a body is that cannot be read. */
  fault: OAuthFaultCode;
}

/** Counts by address, as a sign-in; answers in the words of OAuth. */
export const oauthEndpoint = (
  { rateLimits }: Pick<DoorDeps, 'rateLimits'>,
  form: Form,
  act: (ctx: ApiContext) => Promise<void>,
): ApiMiddleware[] => [
  async (ctx, next) => {
    await rateLimits.countAddress(ctx.state.address);
    ctx.set('Cache-Control', 'no-store');
    try {
      await next();
    } catch (error) {
      if (!(error instanceof OAuthFault)) throw error;
      ctx.status = error.code === 'invalid_client' ? 401 : 400;
      ctx.body = { error: error.code, error_description: error.description };
    }
  },
  readBody(form),
  act,
];

const readBody = ({ type, fault }: Form): ApiMiddleware =>
  bodyParser({
    enableTypes: [type],
    formLimit: '20kb',
    jsonLimit: '20kb',
    parsedMethods: ['POST'],
    onError: () => {
      throw new OAuthFault(fault, type === 'form' ? 'the body is not a form' : 'the body is not JSON');
    },
  }) as unknown as ApiMiddleware;

/** @throws OAuthFault by the name of what is wrong, '' for the whole. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  ctx: ApiContext,
  faultOf: (name: string) => OAuthFault,
): z.output<Schema> {
  const { data, error } = schema.safeParse(ctx.request.body);
  if (!error) return data;
  throw faultOf(error.issues[0]?.path.join('.') ?? '');
}
