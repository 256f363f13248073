import { randomInt } from 'node:crypto';

export const codeLifeMs = 10 * 60_000;
/** Without letters and digits that look alike; 12 of them hold 58 bits. */
const letters = 'ABCDEFGHJKLMNPQRSTVWXYZ23456789';
const codeLength = 12;

/** A code that people can type, in its stored form. */
export const createPlainCode = (): string =>
  Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('');

/** As people read it: `ABCD-EFGH-JKLM`. */
export const presentCode = (plain: string): string => plain.replaceAll(/(.{4})(?=.)/g, '$1-');

/** The typed code in its stored form: capitals, without hyphens. */
export const normaliseCode = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
