import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createCheckedLookup, isForbiddenLiteral } from '../../../ground/runtime/checkedLookup.ts';

interface WebhookPost {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface SendWebhookDeps {
  /** `isPublicAddress`; another rule in tests. */
  isAllowedAddress(address: string): boolean;
}

const timeoutMs = 15_000;
const forbidden = () => new Error('the address is not on the public internet');

/**
 * Posts once, without following redirects, to allowed addresses only: the name is resolved here and the socket goes
 * to the checked address, even if the name changes a moment later.
 * @returns the status of the answer. Rejects when there was none.
 */
export function sendWebhook(deps: SendWebhookDeps, post: WebhookPost): Promise<number> {
  const url = new URL(post.url);
  const check = { ...deps, forbidden };
  if (isForbiddenLiteral(check, url)) return Promise.reject(forbidden());
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      // No kept-alive connection: it would outlive the check of its address.
      agent: false,
      lookup: createCheckedLookup(check),
      headers: {
        ...post.headers,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(post.body),
        'User-Agent': 'Star-Graph-Webhooks/1',
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    sending.once('response', (response) => {
      resolve(response.statusCode ?? 0);
      // The body of the answer is not read.
      response.destroy();
    });
    sending.on('error', reject);
    sending.end(post.body);
  });
}
