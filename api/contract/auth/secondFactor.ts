import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';

/** A code of an app; spaces, as apps show them, do not count. */
const totpCodeSchema = z
  .string({ error: 'Give the code.' })
  .overwrite((code) => code.replaceAll(/\s/g, ''))
  .regex(/^[0-9]{6}$/, { error: 'Type the six digits that your app shows.' })
  .meta({ examples: ['123456'] });

const base64urlSchema = z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/, { error: 'Give base64url.' });
const bytesSchema = z.string().regex(/^[A-Za-z0-9_-]{1,20000}$/, { error: 'Give base64url.' });
const credential = {
  id: base64urlSchema,
  rawId: base64urlSchema,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['cross-platform', 'platform']).optional(),
  clientExtensionResults: z.object({}),
};

/** As `PublicKeyCredential.toJSON` of a browser gives them; what is not needed is left out. */
const assertionSchema = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: bytesSchema,
      authenticatorData: bytesSchema,
      signature: bytesSchema,
      userHandle: bytesSchema.optional(),
    }),
  })
  .meta({ id: 'PasskeyAssertion' });
const attestationSchema = z
  .object({
    ...credential,
    response: z.object({ clientDataJSON: bytesSchema, attestationObject: bytesSchema }),
  })
  .meta({ id: 'PasskeyAttestation' });

const proofs = [
  z.strictObject({ kind: z.literal('totp'), code: totpCodeSchema }),
  z.strictObject({ kind: z.literal('recovery'), code: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('passkey'), response: assertionSchema }),
] as const;

const secondFactorProofSchema = z.discriminatedUnion('kind', proofs);

const ticketSchema = z.string().min(1).max(100);

export const secondStepSchema = z.strictObject({
  ticket: ticketSchema.meta({
    description: 'As second-factor-needed gave it; good for 5 minutes and one sign-in',
  }),
  proof: secondFactorProofSchema,
});

/** What a change of the factors needs. */
const change = {
  password: z
    .string()
    .max(1_000)
    .optional()
    .meta({ description: 'Yours; left out by an account that has none' }),
  proof: secondFactorProofSchema
    .optional()
    .meta({ description: 'Of a factor that you have; left out before the first' }),
};

export const factorChangeSchema = z.strictObject(change);
export const presenceSchema = z
  .object({ until: timeSchema.meta({ description: 'From then on it has to be proven again' }) })
  .meta({ id: 'Presence' });
export const totpConfirmationSchema = z.strictObject({ code: totpCodeSchema });

export const passkeyTicketSchema = z.strictObject({
  ticket: ticketSchema
    .optional()
    .meta({ description: 'Of a second step; left out to sign in by the passkey alone' }),
});
export const passkeySignInSchema = z.strictObject({ response: assertionSchema });

export const newPasskeySchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, { error: 'Give the passkey a name.' })
    .max(64, { error: 'Use at most 64 characters.' }),
  response: attestationSchema,
});

export const passkeySchema = z
  .object({ id: idSchema, name: z.string(), createdAt: timeSchema, usedAt: timeSchema.optional() })
  .meta({ id: 'Passkey' });

export const passkeyRequestSchema = z
  .looseObject({ challenge: z.string() })
  .meta({ id: 'PasskeyRequest', description: 'As PublicKeyCredential.parseRequestOptionsFromJSON takes it' });
export const passkeyCreationSchema = z.looseObject({ challenge: z.string() }).meta({
  id: 'PasskeyCreation',
  description: 'As PublicKeyCredential.parseCreationOptionsFromJSON takes it',
});

export const secondFactorSchema = z
  .object({
    totp: z.boolean().meta({ description: 'Whether codes of an app are in use' }),
    passkeys: z.array(passkeySchema),
    recoveryCodesLeft: z.int(),
    required: z.boolean().meta({ description: 'Whether you may do nothing else before you have one' }),
  })
  .meta({ id: 'SecondFactor' });

export const totpSecretSchema = z
  .object({
    secret: z.string().meta({ description: 'In Base32, to be typed into an app' }),
    uri: z.string().meta({ description: 'otpauth://…, to be shown as a QR code' }),
  })
  .meta({ id: 'TotpSecret' });

export const recoveryCodesSchema = z
  .object({
    recoveryCodes: z
      .array(z.string())
      .meta({ description: 'Each good for one proof, never shown again; none if you have some already' }),
  })
  .meta({ id: 'RecoveryCodes' });

export const createdPasskeySchema = z
  .object({ passkey: passkeySchema, recoveryCodes: z.array(z.string()) })
  .meta({
    id: 'CreatedPasskey',
    description: 'With recovery codes if you had none; they are never shown again',
  });
