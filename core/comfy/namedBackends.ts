import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';
import type { DataKey } from '../ground/encryption/keyRing.ts';
import { ConfigurationFault } from '../ground/runtime/configuration.ts';
import { splitBackendUrl } from './http/credentials.ts';

/** A server from `COMFYUI_URLS`, with its settings from the other variables. */
export interface NamedBackend {
  url: string;
  credentials?: BackendCredentials;
}

/**
 * Each server once. Its credentials stand in the address, or under the address in `COMFYUI_CREDENTIALS`.
 * @throws ConfigurationFault with a sentence for the operator, which shows no secret.
 */
export function nameBackends(
  urls: readonly string[],
  credentials: Readonly<Record<string, BackendCredentials>>,
): NamedBackend[] {
  const named = new Map<string, NamedBackend>();
  for (const text of urls) {
    const found = splitBackendUrl(text);
    const known = named.get(found.url);
    if (known?.credentials && found.credentials)
      throw new ConfigurationFault(
        `COMFYUI_URLS: ${found.url} has credentials more than once. Name it once.`,
      );
    const given = found.credentials ?? known?.credentials;
    named.set(found.url, { url: found.url, ...(given ? { credentials: given } : {}) });
  }
  for (const [text, given] of Object.entries(credentials)) {
    const { url } = splitBackendUrl(text);
    const known = named.get(url);
    if (!known)
      throw new ConfigurationFault(
        `COMFYUI_CREDENTIALS: COMFYUI_URLS does not name ${url}. Name it there, or take it out here.`,
      );
    if (known.credentials)
      throw new ConfigurationFault(
        `COMFYUI_CREDENTIALS: ${url} has credentials more than once. Give them in one place.`,
      );
    known.credentials = given;
  }
  return [...named.values()];
}

/** @throws ConfigurationFault with a sentence for the operator where credentials are given and there is no key to keep them with. */
export function requireKeysFor(backends: readonly NamedBackend[], keys: readonly DataKey[]): void {
  if (keys.length === 0 && backends.some((one) => one.credentials))
    throw new ConfigurationFault(
      'DATA_KEYS: COMFYUI_URLS or COMFYUI_CREDENTIALS gives credentials, which are kept encrypted. Set DATA_KEYS to k1: and 32 random bytes as base64url, for the API and the dispatchers alike.',
    );
}
