import { z } from 'zod';

/** Headers of the connection and of the content, or reserved for the platform. */
const ownHeaders =
  /^(host|connection|upgrade|expect|te|trailer|keep-alive|origin|cookie2?|date|content-.*|transfer-.*|proxy-.*|sec-.*)$/i;

// No control characters: a header ends there.
const printable = z
  .string()
  .max(4_000)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, {
    error: 'Use printable ASCII characters, without a space at either end.',
  });

/**
 * How the platform signs in at a GPU server, or at the proxy in front of it, as the admin API takes it and
 * `COMFYUI_CREDENTIALS` has it. `header` is for proxies with headers of their own.
 */
export const backendCredentialsSchema = z.discriminatedUnion('kind', [
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
  z.strictObject({ kind: z.literal('bearer'), token: printable }),
  z.strictObject({
    kind: z.literal('header'),
    headers: z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/), printable)
      .refine((headers) => Object.keys(headers).length > 0 && Object.keys(headers).length <= 8, {
        error: 'Give 1 to 8 headers.',
      })
      .refine((headers) => !Object.keys(headers).some((name) => ownHeaders.test(name)), {
        error: 'Headers of the connection and of the content are not yours to set.',
      }),
  }),
]);
export type BackendCredentials = z.output<typeof backendCredentialsSchema>;
export type CredentialKind = BackendCredentials['kind'];
