import type { IncomingMessage } from 'node:http';

const keys = new WeakMap<object, string>();
const pattern = /^\/([^/?#]+)(\/sdapi\/.*)$/;

/**
 * Takes the key of a program that cannot authenticate out of the address, before anything can write the address down:
 * from here on the request has another one.
 */
export function hideKey(request: Pick<IncomingMessage, 'url'>): void {
  const [, key, rest] = pattern.exec(request.url ?? '') ?? [];
  if (key === undefined || rest === undefined) return;
  keys.set(request, key);
  request.url = rest;
}

/** The key that stood in the address of a request. */
export const keyInPathOf = (request: object): string | undefined => keys.get(request);
