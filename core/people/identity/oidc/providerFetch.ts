import type { lookup } from 'node:dns';
import { Agent } from '../../../comfy/http/undici.ts';
import { createCheckedLookup, isForbiddenLiteral } from '../../../ground/runtime/checkedLookup.ts';
import { isPublicAddress } from '../../../ground/runtime/publicAddress.ts';

/** What a provider may cost, whatever it answers. */
export interface ProviderBounds {
  /** For one answer, from the connection to the last byte. */
  timeoutMs: number;
  answerBytes: number;
}

const defaultProviderBounds: ProviderBounds = { timeoutMs: 4_000, answerBytes: 1_000_000 };

/** A request of the sign-in protocol, as the library makes it. */
interface ProviderRequest {
  body?: unknown;
  headers: Record<string, string>;
  method: string;
  signal?: AbortSignal | undefined;
}

const forbidden = () => new Error('the provider names an address that is not on the public internet');
const check = { isAllowedAddress: isPublicAddress, forbidden };

/**
 * The library's way to the provider. The operator wrote down some origins, and those may be inside the network. All
 * others come from a document of the provider: only addresses of the public internet are connected to for them, by a
 * lookup whose answer is the address of the connection. No redirect is followed, and an answer has an end.
 */
export function createProviderFetch(
  trustedOrigins: ReadonlySet<string>,
  bounds: ProviderBounds = defaultProviderBounds,
  resolve?: typeof lookup,
): (url: string, request: ProviderRequest) => Promise<Response> {
  return async (address, { method, headers, body, signal }) => {
    const url = new URL(address);
    const isTrusted = trustedOrigins.has(url.origin);
    if (!isTrusted && isForbiddenLiteral(check, url)) throw forbidden();
    const limit = AbortSignal.timeout(bounds.timeoutMs);
    // One agent for each request: no kept connection outlives the check of its address.
    const agent = new Agent({
      allowH2: false,
      maxResponseSize: bounds.answerBytes,
      ...(isTrusted ? {} : { connect: { lookup: createCheckedLookup(check, resolve) } }),
    });
    try {
      const answer = await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: method as 'GET' | 'POST',
        headers: { ...headers, 'accept-encoding': 'identity' },
        body: body instanceof URLSearchParams ? body.toString() : null,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const bytes = new Uint8Array(await answer.body.arrayBuffer());
      const { 'content-type': type, location } = answer.headers;
      return new Response(bytes.length === 0 ? null : bytes, {
        status: answer.statusCode,
        headers: { 'content-type': String(type ?? ''), ...(typeof location === 'string' && { location }) },
      });
    } finally {
      await agent.destroy();
    }
  };
}
