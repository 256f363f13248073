import { findWeakness } from '../../../ground/encryption/passwordWeakness.ts';
import { Problem } from '../../../ground/errors.ts';

const sentences = {
  'own-name': 'Your user name is guessed first. Choose words that are not in it.',
  common: 'This is one of the passwords that are guessed first. Choose several words.',
} as const;

/**
 * Refuses what is guessed first: passwords of many people, the user's own name, repetitions.
 * @param at where the password stands in the request.
 * @throws Problem `invalid-params`.
 */
export function requireGoodPassword(
  password: string,
  username: string | null,
  at: 'password' | 'newPassword',
): void {
  const weakness = findWeakness(password, username);
  if (weakness === undefined) return;
  const message = sentences[weakness];
  throw new Problem('invalid-params', message, { errors: [{ pointer: `/${at}`, message }] });
}
