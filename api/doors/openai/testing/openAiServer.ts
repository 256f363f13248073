import OpenAI from 'openai';
import type { TokenSignInView } from '../../../contract/auth/signIn.ts';
import type { Answer } from '../../../testing/servers/apiServer.ts';
import { type PoolServer, poolFixture } from '../../../testing/servers/poolServer.ts';

/** A person who came in through another program. */
export interface DoorPerson {
  person: TokenSignInView;
  /** An API key. */
  key: string;
  /** The official client, as its package comes. */
  client: OpenAI;
}

export interface DoorServer extends PoolServer {
  /** @param options of the client; without any it repeats nothing. */
  enter(options?: ConstructorParameters<typeof OpenAI>[0]): Promise<DoorPerson>;
  /** Changes settings of the platform; null: back to the default. */
  set(values: object): Promise<Answer>;
  balanceOf(person: TokenSignInView): Promise<{ available: number; held: number }>;
  tasksOf(
    person: TokenSignInView,
  ): Promise<
    { id: string; status: string; params: Record<string, unknown>; charged?: number; cost: number }[]
  >;
}

/** The whole platform, whose runs stop before their first step until they are released. */
export function doorFixture(options: Parameters<typeof poolFixture>[0] = {}): DoorServer {
  const server = poolFixture(options);
  const { api } = server;
  return {
    ...server,
    async enter(options = {}) {
      const person = await api.signUp();
      const body = { name: 'client' };
      const { key } = (await api.call('/api/v1/users/api-keys', { token: person.accessToken, body })).body;
      const client = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: key, maxRetries: 0, ...options });
      return { person, key, client };
    },
    async set(values) {
      const { version } = (await server.asAdmin('settings')).body;
      return server.asAdmin('settings', { version, values }, 'PATCH');
    },
    async balanceOf({ accessToken: token }) {
      const { available, held } = (await api.call('/api/v1/users/balance', { token })).body;
      return { available, held };
    },
    tasksOf: async ({ accessToken: token }) => (await api.call('/api/v1/tasks', { token })).body.items,
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
