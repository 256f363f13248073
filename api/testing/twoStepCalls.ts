import { totpCode } from '@star-graph/core/testing/totpApp';
import type { TestApi, TestPlatform } from './apiServer.ts';
import type { EveryOperation } from './everyOperation.ts';
import { createTwoStep, ownPath, password } from './twoStep.ts';

/** Calls of every operation of second factors, each with a person of its own. */
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
    startTotp: async () => [{ token: (await people.addPerson()).token, body: { password } }],
    confirmTotp: async () => {
      const { token } = await people.addPerson();
      const { secret } = (await api.call(`${ownPath}/totp`, { token, body: { password } })).body;
      return [{ token, body: { code: totpCode(secret) } }];
    },
    removeTotp: change,
    renewRecoveryCodes: change,
    adminRemoveSecondFactor: async () => [{ path: `/api/admin/users/${(await withApp()).id}/second-factor` }],
  };
}
