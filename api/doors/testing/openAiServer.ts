import OpenAI from 'openai';
import type { PoolOptions } from '../../testing/servers/poolServer.ts';
import { type DoorServer, doorFixture, type KeyHolder } from './doorServer.ts';

/** A person who came in through another program. */
interface OpenAiHolder extends KeyHolder {
  /** The official client, as its package comes. */
  client: OpenAI;
}

interface OpenAiServer extends DoorServer {
  /** @param options of the client; without any it repeats nothing. */
  enter(options?: ConstructorParameters<typeof OpenAI>[0]): Promise<OpenAiHolder>;
}

export function openAiFixture(options: PoolOptions = {}): OpenAiServer {
  const server = doorFixture(options);
  return {
    ...server,
    async enter(options = {}) {
      const holder = await server.enterByKey();
      const baseURL = `${server.api.url}/v1`;
      return { ...holder, client: new OpenAI({ baseURL, apiKey: holder.key, maxRetries: 0, ...options }) };
    },
  };
}

/** What the client throws. */
export const errorOf = (answer: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
  answer.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => {
      if (error instanceof OpenAI.APIError) return error;
      throw error;
    },
  );

export const pictureOf = ({ data }: OpenAI.ImagesResponse, at = 0): Buffer =>
  Buffer.from(data?.[at]?.b64_json ?? '', 'base64');

/** Quick to make, with a parameter of the workflow's own. */
export const small = { size: '256x256', steps: 2 } as const;
