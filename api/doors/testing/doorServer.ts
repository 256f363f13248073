import type { TokenSignInView } from '@star-graph/contract/auth/signIn';
import { type Answer, requireBody } from '../../testing/servers/apiServer.ts';
import { type PoolOptions, type PoolServer, poolFixture } from '../../testing/servers/poolServer.ts';
import { checkAnswers } from './describedAnswers.ts';

/** A person with a program of theirs. */
export interface KeyHolder {
  person: TokenSignInView;
  /** An API key. */
  key: string;
}

export interface DoorServer extends PoolServer {
  /** @param limits of the key. */
  enterByKey(limits?: object): Promise<KeyHolder>;
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
export function doorFixture(options: PoolOptions = {}): DoorServer {
  const server = poolFixture(options);
  const { api } = server;
  checkAnswers(api);
  return {
    ...server,
    async enterByKey(limits = {}) {
      const person = await api.signUp();
      const body = { name: 'client', ...limits };
      const made = await api.call('/api/v1/users/api-keys', { token: person.accessToken, body });
      return { person, key: requireBody(made).key };
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
