import { route } from '../route.ts';
import {
  factorChangeSchema,
  recoveryCodesSchema,
  secondFactorSchema,
  secondStepSchema,
  totpConfirmationSchema,
  totpSecretSchema,
} from './secondFactor.ts';
import { signInSchema } from './signIn.ts';

const auth = '/api/v1/auth';
const own = `${auth}/second-factor`;

/** The second step of a sign-in, and the factors for it. */
export const secondFactorRoutes = {
  finishLogin: route({
    method: 'post',
    path: `${auth}/login/second-step`,
    auth: 'none',
    tag: 'auth',
    summary: 'Finish a sign-in by a second factor',
    body: secondStepSchema,
    success: { status: 200, description: 'A new session', body: signInSchema },
    problems: ['unauthenticated', 'account-disabled'],
  }),
  getSecondFactor: route({
    method: 'get',
    path: own,
    auth: 'user',
    tag: 'auth',
    summary: 'Read which second factors you have',
    success: { status: 200, description: 'Without their secrets', body: secondFactorSchema },
    beforeSecondFactor: true,
  }),
  startTotp: route({
    method: 'post',
    path: `${own}/totp`,
    auth: 'user',
    tag: 'auth',
    summary: 'Get the secret for an app that makes codes; it counts once it is confirmed',
    body: factorChangeSchema,
    success: { status: 201, description: 'The secret; it is never shown again', body: totpSecretSchema },
    problems: ['second-factor-needed'],
    makesCredential: true,
    beforeSecondFactor: true,
  }),
  confirmTotp: route({
    method: 'post',
    path: `${own}/totp/confirm`,
    auth: 'user',
    tag: 'auth',
    summary: 'Confirm the app by its code; your other sessions end',
    body: totpConfirmationSchema,
    success: { status: 200, description: 'The app is in use', body: recoveryCodesSchema },
    makesCredential: true,
    beforeSecondFactor: true,
  }),
  removeTotp: route({
    method: 'post',
    path: `${own}/totp/remove`,
    auth: 'user',
    tag: 'auth',
    summary: 'Remove the app',
    body: factorChangeSchema,
    success: { status: 204, description: 'Its codes let nobody in any more' },
    problems: ['second-factor-needed', 'not-found'],
    makesCredential: true,
  }),
  renewRecoveryCodes: route({
    method: 'post',
    path: `${own}/recovery-codes`,
    auth: 'user',
    tag: 'auth',
    summary: 'Get new recovery codes; earlier ones are over',
    body: factorChangeSchema,
    success: { status: 200, description: 'The codes', body: recoveryCodesSchema },
    problems: ['second-factor-needed', 'not-found'],
    makesCredential: true,
  }),
};
