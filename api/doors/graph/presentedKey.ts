import type { ApiContext } from '../../apiContext.ts';

/** Programs without a field for a key have it before the paths of ComfyUI. */
export const keyBeforePath = /^\/(sg[a-z]_[^/?#]*)(\/.*)$/;

const basic = /^Basic +([A-Za-z0-9+/=]+)$/i;

/**
 * The key of a request as `Authorization: Bearer`. Programs that only know a name and a password send it as one of the
 * two.
 */
export const authorizationOf = (ctx: Pick<ApiContext, 'get'>): string => bearerOf(ctx.get('authorization'));

export function bearerOf(authorization: string): string {
  const [, encoded] = basic.exec(authorization) ?? [];
  if (encoded === undefined) return authorization;
  const [name = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return `Bearer ${password.join(':') || name}`;
}
