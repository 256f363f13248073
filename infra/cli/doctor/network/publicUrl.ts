import { version } from '@star-graph/api/version';
import type { Arrival } from '@star-graph/core/desk/doctor/arrival';
import { createTicket } from '@star-graph/core/desk/doctor/connectionTicket';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { envSchema } from '@star-graph/core/ground/config/config';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findCertificateFaults } from './certificate.ts';
import { forgedAddress, openProbe, type Probe } from './openProbe.ts';
import { tryUploadSize, tryWebSocket } from './otherWays.ts';

interface PublicUrlRequest {
  publicUrl: string;
  /** As in the settings: the first makes the ticket. */
  jwtKeys: string;
  uploadLimitBytes: number;
}

/** Whether people reach this installation at PUBLIC_URL, and what the proxy before it does to them. */
export const publicUrlCheck = (
  { clock }: { clock: Clock },
  { publicUrl, jwtKeys, uploadLimitBytes }: PublicUrlRequest,
): Check => ({
  name: 'public url',
  limitMs: 30_000,
  async run(signal) {
    const url = new URL(publicUrl);
    const [key] = envSchema.shape.JWT_KEYS.parse(jwtKeys);
    if (!key) throw new Error('JWT_KEYS is empty');
    const certificate = await findCertificateFaults(url, { now: () => clock.now(), signal });
    let probe: Probe;
    try {
      const ask = () => openProbe(publicUrl, createTicket({ clock }, key.secret), signal);
      probe = await ask();
      // A moment in which a machine stood still looks the same, once.
      if (probe.kind === 'arrival' && probe.isBuffered) probe = await ask();
    } catch (error) {
      if (signal.aborted) throw error;
      return { summary: url.host, findings: [...certificate, unreachable(url, error)] };
    }
    if (probe.kind !== 'arrival')
      return { summary: url.host, findings: [...certificate, judgeProbe(publicUrl, probe)] };
    const { arrival, isBuffered } = probe;
    return {
      summary: `${url.host}, reached as ${arrival.address}`,
      findings: [
        ...certificate,
        ...judgeArrival(arrival, isBuffered),
        ...(await tryWebSocket(publicUrl, signal)),
        ...(await tryUploadSize(publicUrl, uploadLimitBytes, signal)),
      ],
    };
  },
});

function unreachable(url: URL, error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = error instanceof Error ? error.message : String(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return finding(
      'public-url-unreachable',
      `There is no machine named ${url.hostname}, which PUBLIC_URL names.`,
      'Make a record for the name in your DNS, or correct PUBLIC_URL.',
    );
  return finding(
    'public-url-unreachable',
    `Nobody answers at ${url.origin}, which PUBLIC_URL names (${why.replace(/\.$/, '')}).`,
    'Start what should answer there, or correct scheme, host and port. If only people elsewhere reach it, run the doctor elsewhere too.',
  );
}

function judgeProbe(publicUrl: string, probe: Exclude<Probe, { kind: 'arrival' }>): Finding {
  if (probe.kind === 'redirect')
    return finding(
      'public-url-unreachable',
      `${publicUrl} sends everybody on to ${probe.to}: programs do not follow with what they post.`,
      `Set PUBLIC_URL to ${probe.to}.`,
    );
  if (probe.kind === 'empty')
    return finding(
      'public-url-unreachable',
      `At ${publicUrl} a proxy answers ${probe.status}: it reaches no API.`,
      'Start the API, or correct the address of the API in the proxy.',
    );
  return finding(
    'public-url-elsewhere',
    `At ${publicUrl} something else answers than this installation (${probe.status}): it does not know a ticket that was made with these JWT_KEYS.`,
    'Correct PUBLIC_URL or the proxy. If it is this installation, its API has other JWT_KEYS than these settings, or an older release.',
  );
}

/** What the connection says about the proxy between. */
function judgeArrival(arrival: Arrival, isBuffered: boolean): Finding[] {
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

function judgeAddress({ address, peer, isPeerTrusted, forwardedFor, proxyHeaders }: Arrival): Finding[] {
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
  // A doctor that runs where the proxy does has the proxy's own address, so that address alone says nothing.
  if (forwardedFor !== '' && isPeerTrusted !== true && bare(address) === bare(peer))
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
