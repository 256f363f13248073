import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Problem } from '../../../ground/errors.ts';
import { isPublicAddress } from '../../../ground/runtime/publicAddress.ts';

const lookupLimitMs = 3_000;
const mostCharacters = 500;

const wrongUrl = (message: string) =>
  new Problem('invalid-params', 'Events cannot be sent to this address. See the errors.', {
    errors: [{ pointer: '/url', message }],
  });

/**
 * Refuses addresses that are known to be wrong when a webhook is registered. Each delivery checks again, on the
 * address that it connects to.
 * @throws Problem `invalid-params`.
 */
export async function parseWebhookUrl(text: string): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw wrongUrl('Give an http or https address.');
  if (url.username !== '' || url.password !== '') throw wrongUrl('Leave user name and password out.');
  url.hash = '';
  if (url.href.length > mostCharacters) throw wrongUrl(`Use at most ${mostCharacters} characters.`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.length === 0) throw wrongUrl('This name was not found. Check it, or try again later.');
  // Any of them: we cannot choose which one is connected to.
  if (!addresses.every(isPublicAddress)) throw wrongUrl('Give an address on the public internet.');
  return url.href;
}

async function resolve(host: string): Promise<string[]> {
  const waiting = new AbortController();
  const found = lookup(host, { all: true }).catch(() => []);
  const late = setTimeout(lookupLimitMs, [], { signal: waiting.signal }).catch(() => []);
  const answers = await Promise.race([found, late]);
  waiting.abort();
  return answers.map(({ address }) => address);
}
