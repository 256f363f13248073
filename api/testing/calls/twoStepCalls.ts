import { createSoftAuthenticator } from '@star-graph/core/testing/softAuthenticator';
import { totpCode } from '@star-graph/core/testing/totpApp';
import type { TestApi, TestPlatform } from '../servers/apiServer.ts';
import type { EveryOperation } from './everyOperation.ts';
import { createTwoStep, ownPath, password, type TwoStep } from './twoStep.ts';

/** Calls of every operation of sign-ins in two steps, each with a person of its own. */
export function describeTwoStepCalls(api: TestApi, platform: TestPlatform): EveryOperation['calls'] {
  const people = createTwoStep(api, platform);
  const withApp = async () => people.addApp(await people.addPerson());
  const change = async () => {
    const person = await withApp();
    const proof = { kind: 'totp', code: await people.freshCode(person) };
    return [{ token: person.token, body: { password, proof } }];
  };
  return {
    finishLogin: async () => {
      const person = await withApp();
      const ticket = await people.ticketOf(person);
      return [{ body: { ticket, proof: { kind: 'recovery', code: person.recoveryCodes[0] } } }];
    },
    provePresence: async () => [{ token: (await people.addPerson()).token, body: { password } }],
    startTotp: async () => [{ token: (await people.addPerson()).token, body: { password } }],
    confirmTotp: async () => {
      const { token } = await people.addPerson();
      const { secret } = (await api.call(`${ownPath}/totp`, { token, body: { password } })).body;
      return [{ token, body: { code: totpCode(secret) } }];
    },
    ...describePasskeyCalls(api, people),
    adminDeleteSession: async () => {
      const { id, token } = await people.addPerson();
      const { body } = await api.call('/api/v1/auth/sessions', { token });
      return [{ path: `/api/admin/users/${id}/sessions/${body.items[0].id}` }];
    },
    removeTotp: change,
    renewRecoveryCodes: change,
    adminRemoveSecondFactor: async () => [{ path: `/api/admin/users/${(await withApp()).id}/second-factor` }],
  };
}

/** @param api whose own address is the one that people reach it at. */
function describePasskeyCalls(api: TestApi, people: TwoStep): EveryOperation['calls'] {
  const origin = new URL(api.url).origin.replace(/:\d+$/, ':0');
  const requestPath = '/api/v1/auth/passkey-request';
  const request = async (body: object = {}) => (await api.call(requestPath, { body })).body;
  const addKey = async () => {
    const person = await people.addPerson();
    return { ...person, ...(await people.addPasskey(person, origin)) };
  };
  return {
    requestPasskey: async () => [{ body: { ticket: await people.ticketOf(await addKey()) } }, { body: {} }],
    loginByPasskey: async () => {
      const { key } = await addKey();
      return [{ body: { response: key.get(await request()) } }];
    },
    startPasskey: async () => [{ token: (await people.addPerson()).token, body: { password } }],
    addPasskey: async () => {
      const { token } = await people.addPerson();
      const options = (await api.call(`${ownPath}/passkeys/start`, { token, body: { password } })).body;
      const response = createSoftAuthenticator(origin).create(options);
      return [{ token, body: { name: 'key', response } }];
    },
    removePasskey: async () => {
      const { token, answer } = await addKey();
      const { passkey, recoveryCodes } = answer.body;
      const proof = { kind: 'recovery', code: recoveryCodes[0] };
      return [{ token, path: `${ownPath}/passkeys/${passkey.id}/remove`, body: { password, proof } }];
    },
    requestProof: async () => [{ token: (await addKey()).token }],
  };
}
