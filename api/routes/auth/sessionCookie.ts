import { Problem } from '@star-graph/core/ground/errors';
import type { SignIn } from '@star-graph/core/people/identity/credentials/sessions';
import type { ApiContext, ApiMiddleware, SessionCookie } from '../../apiContext.ts';

/*
 * A page of this origin keeps its refresh token in a cookie that no script can read. A cookie comes with requests of
 * foreign pages too, so it counts only beside a header that they cannot send: `Star-Graph-Session` is no header that
 * CORS allows. The origin is compared all the same.
 */

const sessionHeader = 'Star-Graph-Session';

const authPath = '/api/v1/auth';

/** Notes whether the session of this request is in a cookie. @throws Problem `forbidden` for a page of another origin. */
export const findSessionCookie = (config: { publicUrl: string }): ApiMiddleware => {
  const publicOrigin = new URL(config.publicUrl).origin;
  return async (ctx, next) => {
    if (ctx.get(sessionHeader) === 'cookie')
      ctx.state.sessionCookie = cookieOf(requireOwnPage(ctx, publicOrigin));
    await next();
  };
};

/**
 * Where the browser says which sites talk to each other, that counts: a proxy may have changed the host. Over plain
 * HTTP to another machine it does not say so.
 */
function requireOwnPage(ctx: ApiContext, publicOrigin: string): URL {
  const origin = ctx.get('origin');
  const site = ctx.get('sec-fetch-site');
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  const isOwn = site === '' ? page?.host === ctx.host || origin === publicOrigin : site === 'same-origin';
  if (page && isOwn) return page;
  throw new Problem(
    'forbidden',
    `Only a page of ${publicOrigin} may keep a session in a cookie. Open the console there, or leave the header ${sessionHeader} out.`,
  );
}

/** Cookies do not tell ports apart, so the name does: platforms beside each other keep their sessions. */
const cookieOf = ({ protocol, port }: URL): SessionCookie => {
  const name = `star-graph-session${port && `-${port}`}`;
  if (protocol !== 'https:') return { name, path: authPath, isSecure: false };
  // A neighbour of the same domain can set no cookie of this prefix, which wants the path of all.
  const earlier = { name: `__Secure-${name}`, path: authPath, isSecure: true };
  return { name: `__Host-${name}`, path: '/', isSecure: true, earlier };
};

/** The refresh token of the cookie, or of the body where none was asked for. Undefined: the browser has no cookie. */
export function findRefreshToken(
  ctx: ApiContext,
  body: { refreshToken?: string | undefined },
): string | undefined {
  const { sessionCookie } = ctx.state;
  const { refreshToken } = body;
  if (sessionCookie && refreshToken === undefined) return readCookie(ctx, sessionCookie);
  if (!sessionCookie && refreshToken !== undefined) return refreshToken;
  const message = sessionCookie ? 'Leave it out: the cookie has it.' : 'Give the refresh token.';
  throw new Problem('invalid-params', 'The refresh token comes in the body or in a cookie, in one of them.', {
    errors: [{ pointer: '/refreshToken', message }],
  });
}

const readCookie = (ctx: ApiContext, { name, earlier }: SessionCookie): string | undefined =>
  ctx.cookies.get(name) ?? (earlier && ctx.cookies.get(earlier.name));

/** Puts the refresh token where this request wants it. @returns what of it belongs into the body. */
export function handOverRefreshToken(
  ctx: ApiContext,
  { refreshToken, sessionHours }: Pick<SignIn, 'refreshToken'> & { sessionHours: number },
): { refreshToken?: string } {
  const { sessionCookie } = ctx.state;
  if (!sessionCookie) return { refreshToken };
  setCookie(ctx, sessionCookie, refreshToken, sessionHours * 3_600);
  return {};
}

export function forgetRefreshToken(ctx: ApiContext): void {
  if (ctx.state.sessionCookie) setCookie(ctx, ctx.state.sessionCookie, '', 0);
}

/** Koa's would say when it ends by our clock, which is not the browser's. */
function setCookie(ctx: ApiContext, cookie: SessionCookie, value: string, seconds: number): void {
  const { name, path, isSecure, earlier } = cookie;
  const secure = isSecure ? '; Secure' : '';
  ctx.append(
    'Set-Cookie',
    `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`,
  );
  if (earlier && ctx.cookies.get(earlier.name) !== undefined) setCookie(ctx, earlier, '', 0);
}
