import { randomBytes } from 'node:crypto';
import { TotpFactor } from '@star-graph/core/ground/db/models/secondFactor';
import { type Role, User } from '@star-graph/core/ground/db/models/user';
import { createSoftAuthenticator, type SoftAuthenticator } from '@star-graph/core/testing/softAuthenticator';
import { totpCode } from '@star-graph/core/testing/totpApp';
import type { Answer, TestApi, TestPlatform } from '../servers/apiServer.ts';

export const password = 'long enough for all';
export const ownPath = '/api/v1/auth/second-factor';

/** A person with a password, and perhaps an app. */
export interface TwoStepPerson {
  id: string;
  username: string;
  token: string;
  /** Empty without an app. */
  secret: string;
  recoveryCodes: string[];
}

export interface TwoStep {
  addPerson(role?: Role): Promise<TwoStepPerson>;
  /** Sets an app up. */
  addApp(person: TwoStepPerson): Promise<TwoStepPerson>;
  /** Adds a passkey to a person without a second factor. */
  addPasskey(person: TwoStepPerson, origin: string): Promise<{ key: SoftAuthenticator; answer: Answer }>;
  login(person: { username: string }): Promise<Answer>;
  /** The ticket of a right password. */
  ticketOf(person: { username: string }): Promise<string>;
  finish(ticket: string, proof: object): Promise<Answer>;
  /** A code that was not used, whatever the time: the steps that were used are forgotten. */
  freshCode(person: TwoStepPerson): Promise<string>;
}

export function createTwoStep(api: TestApi, platform: TestPlatform): TwoStep {
  const { database } = platform.db;
  const post = (path: string, token: string, body: object) => api.call(path, { token, body });
  const login = ({ username }: { username: string }) =>
    api.call('/api/v1/auth/login', { body: { username, password } });
  return {
    login,
    async addPerson(role = 'user') {
      const username = `t${randomBytes(8).toString('hex')}`;
      const { user } = (await api.call('/api/v1/auth/register', { body: { username, password } })).body;
      await User.query(database).findById(user.id).patch({ role });
      const { accessToken: token } = (await login({ username })).body;
      return { id: user.id, username, token, secret: '', recoveryCodes: [] };
    },
    async addApp(person) {
      const { secret } = (await post(`${ownPath}/totp`, person.token, { password })).body;
      const confirmed = await post(`${ownPath}/totp/confirm`, person.token, { code: totpCode(secret) });
      return { ...person, secret, recoveryCodes: confirmed.body.recoveryCodes };
    },
    async addPasskey({ token }, origin) {
      const key = createSoftAuthenticator(origin);
      const options = (await post(`${ownPath}/passkeys/start`, token, { password })).body;
      const body = { name: 'key', response: key.create(options) };
      return { key, answer: await post(`${ownPath}/passkeys`, token, body) };
    },
    async ticketOf(person) {
      return (await login(person)).body.ticket;
    },
    finish: (ticket, proof) => api.call('/api/v1/auth/login/second-step', { body: { ticket, proof } }),
    async freshCode({ id, secret }) {
      await TotpFactor.query(database).findById(id).patch({ lastStep: -1, tries: 0, triesSince: null });
      return totpCode(secret);
    },
  };
}
