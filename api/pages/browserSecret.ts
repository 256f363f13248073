import { createSecret } from '@star-graph/core/ground/encryption/secrets';
import { z } from 'zod';
import type { ApiContext } from '../apiContext.ts';

/** What a browser keeps between the start of a sign-in and its end. */
interface BrowserSecret {
  /** State, nonce and PKCE verifier are derived from it, so only the browser that began can finish. */
  secret: string;
  /** The allowed address that gets the code; without one, a page shows it. */
  returnTo?: string | undefined;
  /** Given back to that address. */
  state?: string | undefined;
}

const lifeMs = 10 * 60_000;

const schema = z.strictObject({
  secret: z.string().regex(/^[\w-]{43}$/),
  returnTo: z.string().optional(),
  state: z.string().optional(),
});

/** On https the prefix makes browsers refuse such a cookie from a neighbouring host. */
const cookieOf = (name: string, isHttps: boolean): string =>
  `${isHttps ? '__Host-' : ''}star-graph-sign-in-${name}`;

const options = (isHttps: boolean) => ({
  httpOnly: true,
  sameSite: 'lax' as const,
  secure: isHttps,
  path: '/',
  overwrite: true,
});

/** A new sign-in takes the place of an unfinished one of the same browser. */
export function beginInBrowser(
  ctx: ApiContext,
  name: string,
  isHttps: boolean,
  target: Omit<BrowserSecret, 'secret'>,
): BrowserSecret {
  const kept = { secret: createSecret(), ...target };
  const value = Buffer.from(JSON.stringify(kept)).toString('base64url');
  // The connection may end at a proxy, which is what speaks https.
  ctx.cookies.secure = isHttps;
  ctx.cookies.set(cookieOf(name, isHttps), value, { ...options(isHttps), maxAge: lifeMs });
  return kept;
}

export function readFromBrowser(ctx: ApiContext, name: string, isHttps: boolean): BrowserSecret | undefined {
  const value = ctx.cookies.get(cookieOf(name, isHttps));
  if (value === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString())).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A sign-in is finished once. */
export function forgetInBrowser(ctx: ApiContext, name: string, isHttps: boolean): void {
  ctx.cookies.secure = isHttps;
  ctx.cookies.set(cookieOf(name, isHttps), null, options(isHttps));
}
