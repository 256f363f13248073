import { randomBytes } from 'node:crypto';
import { hashSecret } from './secrets.ts';

/** Without letters that look like digits. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = 20;
const group = 5;

/** A code of 100 random bits, in groups that can be read out: `7QZ4M-…`. */
export function createWrittenCode(): string {
  const letters = Array.from(randomBytes(characters), (byte) => alphabet[byte % alphabet.length]).join('');
  return (letters.match(new RegExp(`.{${group}}`, 'g')) ?? []).join('-');
}

/** The hash of a code as a person may write it: in small letters, with other gaps, O for 0. */
export function hashWrittenCode(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return hashSecret(letters);
}
