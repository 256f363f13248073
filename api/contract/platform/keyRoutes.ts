import { adminRoute } from '../admin/adminRoute.ts';
import {
  keyParamsSchema,
  keysSchema,
  purposeParamsSchema,
  reencryptionSchema,
  rotationSchema,
  signingKeysSchema,
} from './keys.ts';

/** The platform's own keys. */
export const keyRoutes = {
  adminListKeys: adminRoute('keys', {
    method: 'get',
    summary: 'List the keys that sign and encrypt, never their secrets',
    success: { status: 200, description: 'The keys by purpose', body: keysSchema },
  }),
  adminRotateKey: adminRoute('keys/{purpose}/rotate', {
    method: 'post',
    summary: 'Make the next key that signs; nobody is signed out',
    description:
      'The new key verifies at once and signs after ten seconds, when every process knows it. The one before verifies until all that it signed has expired. Two rotations of the same version make one key.',
    params: purposeParamsSchema,
    body: rotationSchema,
    success: { status: 200, description: 'The keys of this purpose', body: signingKeysSchema },
    problems: ['changed-meanwhile', 'unavailable'],
    needsPresence: true,
  }),
  adminReencrypt: adminRoute('keys/data/reencrypt', {
    method: 'post',
    summary: 'Encrypt with the first data key what older keys encrypted',
    description:
      'It works for five seconds; if the answer is not complete, call again. A change of a secret that comes meanwhile wins. An older key that `held` does not name is not needed any more, once every process has the same first key.',
    success: {
      status: 200,
      description: 'What was done, and which keys are still needed',
      body: reencryptionSchema,
    },
    problems: ['unavailable'],
  }),
  adminEndKey: adminRoute('keys/{purpose}/{kid}', {
    method: 'delete',
    summary: 'End a key that only verifies, before its time, as after a leak',
    description:
      'What it signed is refused within a second: clients refresh their access tokens, and links to files end. A key that signs has to be rotated first.',
    params: keyParamsSchema,
    success: { status: 200, description: 'The keys of this purpose', body: signingKeysSchema },
    problems: ['not-found', 'unavailable'],
    needsPresence: true,
  }),
};
