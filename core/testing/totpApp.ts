import { Secret, TOTP } from 'otpauth';

/** The app on a person's phone. @param steps of 30 seconds from now */
export const totpCode = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
