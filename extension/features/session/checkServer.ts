import type { StatusView } from '@star-graph/contract/platform/status';

/**
 * - `unreachable`: no answer; of `unreachableHttps` this may be the certificate, which the browser does not tell apart;
 * - `untrusted`: there is an answer, but not by https: the certificate is not trusted, or the server speaks http alone;
 * - `notStarGraph`: something else answered;
 * - `serverTooOld`: it speaks an API from before this extension;
 * - `serverTooNew`: it asks for a newer extension, or speaks an API from after this one.
 */
export type ServerFault =
  | 'unreachable'
  | 'unreachableHttps'
  | 'untrusted'
  | 'notStarGraph'
  | 'serverTooOld'
  | 'serverTooNew';
export type ServerCheck = { fault: ServerFault } | { fault?: undefined; status: StatusView };

const timeoutMs = 8_000;
/** The first API version with all the operations that the extension uses. */
const oldestApiVersion = '1';
/** API versions from here on may be incompatible. */
const firstUnknownApiVersion = '2';

/** Asks `/api/public/status` what server this is. Sends no credential. */
export async function checkServer(
  deps: { fetch: typeof fetch },
  baseUrl: string,
  extensionVersion: string,
): Promise<ServerCheck> {
  let response: Response;
  try {
    response = await deps.fetch(`${baseUrl}/api/public/status`, {
      signal: AbortSignal.timeout(timeoutMs),
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch {
    return { fault: await explainSilence(deps, baseUrl) };
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok || !isStatus(body)) return { fault: 'notStarGraph' };
  if (compareVersions(body.apiVersion, oldestApiVersion) < 0) return { fault: 'serverTooOld' };
  if (compareVersions(body.apiVersion, firstUnknownApiVersion) >= 0) return { fault: 'serverTooNew' };
  if (compareVersions(extensionVersion, body.minClient) < 0) return { fault: 'serverTooNew' };
  return { status: body };
}

/** Where `npm start` and common set-ups of it listen, best first. */
const ownPorts = [8080, 80, 3000, 8000, 8081];

/** A server on this very machine, for who has not said where theirs is. */
export async function findOwnServer(
  deps: { fetch: typeof fetch },
  extensionVersion: string,
  ports: readonly number[] = ownPorts,
): Promise<string | undefined> {
  const urls = ports.map((port) => new URL(`http://localhost:${port}`).origin);
  const checks = await Promise.all(urls.map((url) => checkServer(deps, url, extensionVersion)));
  return urls.find((_, index) => checks[index]?.fault === undefined);
}

/**
 * The browser deliberately gives no reason. But a server that refuses an extension by CORS still answers, and most
 * servers answer plain HTTP on an https port.
 */
async function explainSilence(deps: { fetch: typeof fetch }, baseUrl: string): Promise<ServerFault> {
  const answers = async (url: string): Promise<boolean> => {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      await deps.fetch(url, { mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal });
      return true;
    } catch {
      return false;
    }
  };
  if (await answers(`${baseUrl}/api/public/status`)) return 'notStarGraph';
  if (!baseUrl.startsWith('https:')) return 'unreachable';
  const { hostname, port } = new URL(baseUrl);
  return (await answers(`http://${hostname}:${port || 443}/`)) ? 'untrusted' : 'unreachableHttps';
}

function isStatus(body: unknown): body is StatusView {
  if (typeof body !== 'object' || body === null) return false;
  const { version, apiVersion, minClient } = body as Partial<Record<string, unknown>>;
  return [version, apiVersion, minClient].every((part) => typeof part === 'string');
}

/** Of `v1`, `1.2` and `1.2.3-rc.1`: by number, missing parts are 0, what follows the numbers is ignored. */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string) => (/\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
  const [first, second] = [numbers(left), numbers(right)];
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const difference = (first[index] ?? 0) - (second[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
