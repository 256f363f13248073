import { z } from 'zod';

/** How we sign in at a server, or at the proxy in front of it. `header` is for proxies with headers of their own. */
export type Credentials =
  | { kind: 'basic'; username: string; password: string }
  | { kind: 'bearer'; token: string }
  | { kind: 'header'; headers: Record<string, string> };

export const credentialKinds = ['basic', 'bearer', 'header'] as const satisfies Credentials['kind'][];
export type CredentialKind = (typeof credentialKinds)[number];

/** Headers that belong to the connection, or that we set ourselves. */
const ownHeaders =
  /^(host|connection|upgrade|expect|te|trailer|keep-alive|origin|cookie2?|date|content-.*|transfer-.*|proxy-.*|sec-.*)$/i;

// No control characters: a header ends there.
const printable = z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, {
  error: 'Use printable ASCII characters, without a space at either end.',
});

/** As the admin API takes them and `COMFYUI_CREDENTIALS` has them. */
export const credentialsSchema: z.ZodType<Credentials> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('basic'),
    username: z
      .string()
      .max(255)
      .regex(/^[^:\p{Cc}]*$/u, { error: 'A user name has no colon.' }),
    password: z
      .string()
      .max(1_000)
      .regex(/^\P{Cc}*$/u, { error: 'A password has no control characters.' }),
  }),
  z.strictObject({ kind: z.literal('bearer'), token: printable.max(4_000) }),
  z.strictObject({
    kind: z.literal('header'),
    headers: z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/), printable.max(4_000))
      .refine((headers) => Object.keys(headers).length > 0 && Object.keys(headers).length <= 8, {
        error: 'Give 1 to 8 headers.',
      })
      .refine((headers) => !Object.keys(headers).some((name) => ownHeaders.test(name)), {
        error: 'Headers of the connection and of the content are not yours to set.',
      }),
  }),
]);

export function toHeaders(credentials: Credentials): Record<string, string> {
  switch (credentials.kind) {
    case 'basic': {
      const pair = Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8');
      return { authorization: `Basic ${pair.toString('base64')}` };
    }
    case 'bearer':
      return { authorization: `Bearer ${credentials.token}` };
    case 'header':
      return { ...credentials.headers };
  }
}

/** An address as it is compared and shown (no user, no trailing slash), and what stood before its `@`. */
export function splitBackendUrl(text: string): { url: string; credentials: Credentials | undefined } {
  const parsed = new URL(text);
  const { username, password } = parsed;
  const url = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  if (username === '' && password === '') return { url, credentials: undefined };
  return { url, credentials: { kind: 'basic', username: decode(username), password: decode(password) } };
}

/** A percent sign that begins no escape stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
