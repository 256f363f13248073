import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { Problem } from '../errors.ts';

/** Link-local addresses hold the metadata services of clouds; the others have no servers. Private ones are welcome. */
const refused = new BlockList();
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('0.0.0.0', 8, 'ipv4');
refused.addSubnet('224.0.0.0', 3, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
refused.addSubnet('ff00::', 8, 'ipv6');
refused.addAddress('::', 'ipv6');
// Cloud metadata services outside the link-local ranges.
refused.addAddress('fd00:ec2::254', 'ipv6');
refused.addAddress('100.100.100.200', 'ipv4');

const isRefused = (address: string): boolean => refused.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const wrongUrl = (message: string) =>
  new Problem('invalid-params', 'This address cannot be a GPU server. See the errors.', {
    errors: [{ pointer: '/url', message }],
  });

const lookupLimitMs = 3_000;

/**
 * A backend's address in the form it is compared in: origin and path, no trailing slash, no user, query or fragment.
 * A name that does not resolve yet is accepted: the server may not run yet.
 * @throws Problem `invalid-params`.
 */
export async function parseBackendUrl(text: string): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw wrongUrl('Give an http or https address.');
  if (url.username !== '' || url.password !== '') throw wrongUrl('Leave user name and password out.');
  if (url.search !== '' || url.hash !== '') throw wrongUrl('Leave query and fragment out.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.some(isRefused)) throw wrongUrl('Link-local and metadata addresses are refused.');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

async function resolve(host: string): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<[]>((done) => {
    timer = setTimeout(() => done([]), lookupLimitMs);
  });
  const found = lookup(host, { all: true }).catch(() => []);
  const answers = await Promise.race([found, late]);
  clearTimeout(timer);
  return answers.map(({ address }) => address);
}
