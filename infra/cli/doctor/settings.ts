import { isIP } from 'node:net';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { isPublicAddress } from '@star-graph/core/ground/runtime/publicAddress';
import type { Installation } from './installation.ts';

/** What is allowed, and seldom meant. */
export const settingsCheck = ({
  settings,
  launcher,
}: Pick<Installation, 'settings' | 'launcher'>): Check => ({
  name: 'settings',
  limitMs: 5_000,
  async run() {
    const { PUBLIC_URL: publicUrl } = settings;
    const found = [
      publicUrl === undefined && !isLocal(launcher.apiHost)
        ? finding(
            'public-url-unset',
            `The API listens on ${launcher.apiHost}, and PUBLIC_URL is not set: links in messages and results lead to this address.`,
            'Set PUBLIC_URL to the address that people type, for API and dispatchers alike.',
          )
        : undefined,
      ...(publicUrl === undefined ? [] : judgePublicUrl(new URL(publicUrl))),
      /^[sr]k_test_/.test(settings.STRIPE_SECRET_KEY ?? '') && publicUrl !== undefined && isOpen(publicUrl)
        ? finding(
            'stripe-test-mode',
            'STRIPE_SECRET_KEY is a key of test mode: people get credits for test cards.',
            'Set the live key and the signing secret of the live endpoint.',
          )
        : undefined,
    ];
    return {
      summary: publicUrl ?? 'for this machine alone',
      findings: found.filter((one) => one !== undefined),
    };
  },
});

const isOpen = (url: string): boolean => !isLocal(new URL(url).hostname);

/** This machine or a private network, by its address; another name may be anywhere. */
function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::' && !isPublicAddress(host);
}

function judgePublicUrl(url: URL): Finding[] {
  if (url.protocol === 'https:' || isLocal(url.hostname)) return [];
  return [
    finding(
      'public-url-insecure',
      `PUBLIC_URL is ${url.origin}: passwords and pictures cross the network without encryption.`,
      'Put a proxy with a certificate in front, or set TLS_CERT_FILE, and let PUBLIC_URL begin with https://.',
    ),
  ];
}
