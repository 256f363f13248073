import { z } from 'zod';

/** A code of an app; spaces, as apps show them, do not count. */
export const totpCodeSchema = z
  .string({ error: 'Give the code.' })
  .overwrite((code) => code.replaceAll(/\s/g, ''))
  .regex(/^[0-9]{6}$/, { error: 'Type the six digits that your app shows.' })
  .meta({ examples: ['123456'] });

const proofs = [
  z.strictObject({ kind: z.literal('totp'), code: totpCodeSchema }),
  z.strictObject({ kind: z.literal('recovery'), code: z.string().min(1).max(64) }),
] as const;

export const secondFactorProofSchema = z.discriminatedUnion('kind', proofs);

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
export const totpConfirmationSchema = z.strictObject({ code: totpCodeSchema });

export const secondFactorSchema = z
  .object({
    totp: z.boolean().meta({ description: 'Whether codes of an app are in use' }),
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
