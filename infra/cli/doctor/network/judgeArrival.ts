import { version } from '@star-graph/api/version';
import type { Arrival } from '@star-graph/core/desk/doctor/arrival';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import { forgedAddress } from './openProbe.ts';

/** What the connection says about the proxy between. */
export function judgeArrival(arrival: Arrival, isBuffered: boolean): Finding[] {
  return [
    ...(isBuffered
      ? [
          finding(
            'events-buffered',
            'A proxy holds events back until the answer ends: people see no progress, and streams look frozen.',
            'Turn its buffering off for /api: nginx "proxy_buffering off;" without "proxy_ignore_headers X-Accel-Buffering", no gzip of text/event-stream.',
          ),
        ]
      : []),
    ...(arrival.version === version
      ? []
      : [
          finding(
            'version-differs',
            `The API at PUBLIC_URL is Star-Graph ${arrival.version}, and this checkout is ${version}.`,
            'Finish the upgrade: restart the processes that run the old code, in the order of infra/docs/upgrades.md.',
          ),
        ]),
    ...judgeAddress(arrival),
  ];
}

function judgeAddress({ address, peer, forwardedFor, proxyHeaders }: Arrival): Finding[] {
  const isProxied = forwardedFor !== forgedAddress || proxyHeaders.length > 0;
  if (!isProxied) return [];
  if (address === forgedAddress && forwardedFor === forgedAddress)
    return [
      finding(
        'address-forgeable',
        'The proxy passes on the X-Forwarded-For of its clients as it is, and is believed: everybody can have any address, and no limit holds.',
        'Let the proxy add the address of its client: nginx "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;".',
      ),
    ];
  if (forwardedFor !== '' && bare(address) === bare(peer))
    return [
      finding(
        'proxy-not-trusted',
        `The API takes every person for the proxy at ${bare(peer)}: all of them share its limits, and rules about addresses meet nobody.`,
        `Add ${bare(peer)} to TRUSTED_PROXIES of the API.`,
      ),
    ];
  return [];
}

/** IPv4 inside IPv6 is that IPv4 address. */
const bare = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
