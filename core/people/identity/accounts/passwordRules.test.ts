import { expect, test } from 'vitest';
import { requireGoodPassword } from './passwordRules.ts';

const check = (password: string, username: string | null = 'margarethe') =>
  requireGoodPassword(password, username, 'newPassword');

test.each([
  'password123',
  'Password123',
  '1234567890',
  'qwertyuiop',
  '1q2w3e4r5t',
  'manchester',
  'sunshine2026!',
  '!!!dragon!!!!',
  '2026-11-30-1',
  'aaaaaaaaaaaa',
  'abcabcabcabc',
  'gastgast1234',
])('the password %s is refused, since many people have it', (password) => {
  expect(() => check(password)).toThrow(
    expect.objectContaining({
      code: 'invalid-params',
      errors: [{ pointer: '/newPassword', message: expect.stringContaining('guessed first') }],
    }),
  );
});

test.each(['margarethe', 'Margarethe1!', 'margarethemargarethe', 'margarethe12345678'])(
  'the password %s is refused to the person of that name alone',
  (password) => {
    expect(() => check(password)).toThrow('Your user name is guessed first.');
    expect(() => check('Winterreise und margarethe')).not.toThrow();
  },
);

test.each([
  'long enough for all',
  'correct horse battery',
  'ten letters',
  'ein Wort mehr',
  '九个字的密码也可以吧',
])('the password %s is good', (password) => expect(() => check(password)).not.toThrow());

test('who has no user name is compared with none', () => {
  expect(() => check('margarethe in May', null)).not.toThrow();
});
