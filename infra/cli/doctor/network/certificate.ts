import { once } from 'node:events';
import { connect } from 'node:tls';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';

const dayMs = 86_400_000;
/** Long enough to see why a renewal failed. */
const warnBeforeDays = 14;
const renew =
  'Renew it (certbot renew, or what made it), and look why the renewal that should have run did not.';

/** @param whose begins a sentence: "The certificate of TLS_CERT_FILE". */
export function judgeEnd(whose: string, end: Date, now: Date): Finding[] {
  const days = Math.floor((end.getTime() - now.getTime()) / dayMs);
  const date = end.toISOString().slice(0, 10);
  if (end <= now)
    return [finding('certificate-expired', `${whose} ended on ${date}: every client refuses it.`, renew)];
  if (days >= warnBeforeDays) return [];
  return [finding('certificate-expiring', `${whose} ends in ${days} days, on ${date}.`, renew)];
}

/** Without a check by the library, so that every fault is told. A server that is away is another check's. */
export async function findCertificateFaults(
  url: URL,
  deps: { now(): Date; authorities?: string[]; signal: AbortSignal },
): Promise<Finding[]> {
  if (url.protocol !== 'https:') return [];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(url.port || 443),
    rejectUnauthorized: false,
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(deps.authorities && { ca: deps.authorities }),
  });
  try {
    await once(socket, 'secureConnect', { signal: deps.signal });
    const whose = `The certificate of ${url.host}`;
    const ends = judgeEnd(whose, new Date(socket.getPeerCertificate().valid_to), deps.now());
    const fault = String(socket.authorizationError?.message ?? socket.authorizationError ?? '');
    if (socket.authorized || ends.some(({ code }) => code === 'certificate-expired')) return ends;
    return [
      ...ends,
      finding(
        'certificate-wrong',
        `${whose} is refused: ${fault}.`,
        'Give the server a certificate for this name with its whole chain; for an authority of your own set COMFYUI_CA_FILE (GPU servers) or NODE_EXTRA_CA_CERTS (the rest).',
      ),
    ];
  } catch {
    return [];
  } finally {
    socket.destroy();
  }
}
