import { openPicture } from '@star-graph/core/testing/pictures';
import type { PoolOptions } from '../../testing/servers/poolServer.ts';
import { type DoorServer, doorFixture, type KeyHolder } from './doorServer.ts';

interface SdapiAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is another program's
  body: any;
}

interface SdapiServer extends DoorServer {
  /** Under `/sdapi/v1/`, with the key as the password; a request with a body is a POST. */
  ask(holder: Pick<KeyHolder, 'key'>, path: string, body?: object): Promise<SdapiAnswer>;
  /** Without a body. */
  post(holder: Pick<KeyHolder, 'key'>, path: string): Promise<SdapiAnswer>;
}

export const basicOf = (key: string): string => `Basic ${Buffer.from(`any:${key}`).toString('base64')}`;

export function sdapiFixture(options: PoolOptions = {}): SdapiServer {
  const server = doorFixture({ ...options, env: { SDAPI_PORT: '0', ...options.env } });
  const send = async (
    { key }: Pick<KeyHolder, 'key'>,
    path: string,
    init: RequestInit,
  ): Promise<SdapiAnswer> => {
    const headers = { authorization: basicOf(key), 'content-type': 'application/json' };
    const response = await fetch(`${server.api.sdapiUrl}/sdapi/v1/${path}`, { headers, ...init });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    ...server,
    ask: (holder, path, body) =>
      send(holder, path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    post: (holder, path) => send(holder, path, { method: 'POST' }),
  };
}

/** Quick to make. */
export const small = { width: 256, height: 256, steps: 2 } as const;

export const readPicture = (base64: unknown) => openPicture(Buffer.from(String(base64), 'base64')).metadata();
