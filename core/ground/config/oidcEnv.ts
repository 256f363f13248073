import { z } from 'zod';
import { isOrigin, isUrl, isWithoutUser, listOf, web } from './values.ts';

const group = z.string().min(1).max(200);

/** No query and no fragment, as the standard asks; shown to people, so without credentials. */
const isIssuer = (text: string): boolean =>
  text.length <= 255 &&
  /^[\x21-\x7e]+$/.test(text) &&
  isUrl(text, web) &&
  isWithoutUser(text) &&
  !/[?#]/.test(text);

const provider = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 small letters, digits and hyphens'),
    title: z.string().trim().min(1).max(60),
    issuer: z.string().refine(isIssuer, 'must be the http or https address of the issuer'),
    clientId: z.string().min(1).max(200),
    clientSecret: z.string().min(1).max(500).optional(),
    clientAuthentication: z.enum(['basic', 'post']).default('basic'),
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/)).default(['openid', 'profile']),
    groupClaim: z.string().min(1).max(200).optional(),
    roles: z.record(group, z.enum(['moderator', 'admin'])).optional(),
    registration: z.union([
      z.enum(['everybody', 'nobody']),
      z.strictObject({ groups: z.array(group).min(1) }),
    ]),
    origins: z
      .array(z.string().refine(isOrigin, 'must be an origin, such as https://keys.example'))
      .default([]),
  })
  .refine(({ scopes }) => scopes.includes('openid'), { path: ['scopes'], message: 'must contain openid' })
  .refine(
    ({ groupClaim, roles, registration }) => groupClaim || !(roles || typeof registration === 'object'),
    {
      path: ['groupClaim'],
      message: 'must be given where groups decide something',
    },
  );

/** A provider of OpenID Connect that people may sign in by. */
export type OidcProvider = z.output<typeof provider>;

const unique = (of: (one: OidcProvider) => string) => (all: OidcProvider[]) =>
  new Set(all.map(of)).size === all.length;

const providers = z
  .array(provider)
  .max(20)
  .refine(
    unique(({ name }) => name),
    'must each have a name of its own',
  )
  .refine(
    unique(({ issuer }) => issuer),
    'must each have an issuer of its own',
  );

/** Reads the JSON of providers. The messages name places, never values, since some are secrets. */
export const oidcProviders = z.string().transform((text, context): OidcProvider[] => {
  const wrong = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return wrong('must be JSON: an array of providers');
  }
  const read = providers.safeParse(json);
  if (read.success) return read.data;
  return wrong(
    read.error.issues
      .map(({ path, message, code }) =>
        code === 'unrecognized_keys'
          ? `${path.join('.')} has an unknown key`
          : `${path.join('.')} ${message}`,
      )
      .join('; '),
  );
});

/** Without a fragment, which is where the code goes. */
const isReturnAddress = (text: string): boolean =>
  isUrl(text, web) && isWithoutUser(text) && !/[?#]/.test(text);

/** Signing in elsewhere. */
export const oidcEnv = {
  OIDC_PROVIDERS: oidcProviders
    .optional()
    .describe('Providers of OpenID Connect that people may sign in by, as JSON: see infra/docs/sign-in.md'),
  OIDC_PROVIDERS_FILE: z
    .string()
    .optional()
    .describe('A file with the same JSON instead, such as a mounted secret'),
  SIGN_IN_RETURN_URLS: listOf(
    isReturnAddress,
    'must be addresses without ? and #, such as https://pictures.example/signed-in',
  ).describe('Addresses, comma-separated and compared exactly, that a sign-in may hand its code to'),
};
