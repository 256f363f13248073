import { isIP } from 'node:net';
import { z } from 'zod';
import { parseRedisAddress, RedisAddressFault } from '../redis/redisAddress.ts';

export const port = z.coerce.number().int().min(0).max(65_535);
export const whole = (fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
export const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
export const isUrl = (text: string, protocols: readonly string[]): boolean =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol);
export const url = (protocols: string[]) =>
  z.string().refine((text) => isUrl(text, protocols), {
    message: `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
export const listOf = (isItem: (text: string) => boolean, message: string) =>
  list.refine((items) => items.every(isItem), { message });

export const web = ['http:', 'https:'];
export const isOrigin = (text: string): boolean => isUrl(text, web) && new URL(text).origin === text;

/** What browsers and systems mean something by themselves with, which would be no program's answer. */
const foreignSchemes = [
  ...[
    'javascript:',
    'data:',
    'file:',
    'blob:',
    'vbscript:',
    'about:',
    'intent:',
    'view-source:',
    'filesystem:',
  ],
  ...['http:', 'https:', 'ws:', 'wss:', 'ftp:', 'mailto:', 'tel:', 'sms:', 'chrome:', 'moz-extension:'],
];
/** An origin of http, as programs in a network have it, or a private scheme of a desktop program (RFC 8252). */
export const isProgramRedirect = (text: string): boolean =>
  (isUrl(text, ['http:']) && new URL(text).origin === text) ||
  (/^[a-z][a-z0-9+.-]*:$/.test(text) && !foreignSchemes.includes(text));

export const isHostName = (text: string): boolean =>
  URL.canParse(`http://${text}`) &&
  new URL(`http://${text}`).host === text.toLowerCase() &&
  !text.includes(':');

export function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (rest.length > 0 || longest < 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
}

/** A stray `@` behind the host: a `/` of the password ended the host too early, and the rest of it would be shown. */
export const isWholeUrl = (text: string): boolean =>
  !URL.canParse(text) ||
  !`${new URL(text).pathname}${new URL(text).search}${new URL(text).hash}`.includes('@');
export const partUrl = {
  message: 'has an @ behind the host: in a password write %2F for /, %3F for ?, %23 for #, %40 for @',
};

/** The server would take a connection without a database, and every statement would fail. */
export const databaseUrl = url(['mysql:'])
  .refine(isWholeUrl, partUrl)
  .refine((text) => !isUrl(text, ['mysql:']) || new URL(text).pathname.length > 1, {
    message: 'must name a database: mysql://user:password@host:port/database',
  });

export const redisUrl = z.string().superRefine((text, context) => {
  try {
    parseRedisAddress(text);
  } catch (error) {
    if (!(error instanceof RedisAddressFault)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

/** `kid:secret,…`; a secret is base64url of at least 64 bytes. The first signs, all verify. */
export const jwtKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((pair) => {
    const at = pair.indexOf(':');
    return { kid: pair.slice(0, at).trim(), secret: Buffer.from(pair.slice(at + 1).trim(), 'base64url') };
  });
  if (keys.some((key) => key.kid === '' || key.secret.length < 64))
    context.addIssue({
      code: 'custom',
      message: 'must be kid:secret pairs; a secret is base64url of 64 bytes or more',
    });
  return keys;
});

/** `kid:secret,…`; a secret is base64url of 32 bytes. The first encrypts, all decrypt. */
export const dataKeys = list.transform((pairs, context) => {
  const keys = pairs.map((pair) => {
    const [kid = '', secret = ''] = pair.split(':');
    return { kid, secret: Buffer.from(secret, 'base64url') };
  });
  const areGood = keys.every(({ kid, secret }) => /^[\w-]{1,32}$/.test(kid) && secret.length === 32);
  if (!areGood || new Set(keys.map(({ kid }) => kid)).size < keys.length)
    context.addIssue({
      code: 'custom',
      message: 'must be kid:secret pairs, each kid once; a secret is base64url of 32 bytes',
    });
  return keys;
});

/** Addresses are shown to people, so they must not contain credentials. */
export const isWithoutUser = (text: string): boolean => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  return parsed === undefined || (parsed.username === '' && parsed.password === '');
};
