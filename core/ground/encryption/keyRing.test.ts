import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKeyRing, KeyMissing, Undecipherable } from './keyRing.ts';

const key = (kid: string) => ({ kid, secret: randomBytes(32) });
const place = { purpose: 'backend.credentials', row: 'a' } as const;
const [older, newer] = [key('2025'), key('2026')];

test('a secret can be read, and never gives the same ciphertext twice', () => {
  const ring = createKeyRing([newer]);
  const one = ring.encrypt('pässword 密码', place);
  expect(ring.decrypt(one, place)).toBe('pässword 密码');
  expect(ring.encrypt('pässword 密码', place)).not.toBe(one);
  expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('ssword');
  expect(ring.decrypt(ring.encrypt('', place), place)).toBe('');
});

test('the first key encrypts and all decrypt, for replacement', () => {
  const before = createKeyRing([older]).encrypt('secret', place);
  const ring = createKeyRing([newer, older]);
  expect(ring.decrypt(before, place)).toBe('secret');
  expect(ring.isCurrent(before)).toBe(false);
  const after = ring.encrypt('secret', place);
  expect(ring.isCurrent(after)).toBe(true);
  expect(createKeyRing([newer]).decrypt(after, place)).toBe('secret');
});

test('a missing key is named, and an empty ring says its setting', () => {
  const before = createKeyRing([older]).encrypt('secret', place);
  expect(() => createKeyRing([newer]).decrypt(before, place)).toThrow(new KeyMissing('2025'));
  expect(() => createKeyRing([]).encrypt('secret', place)).toThrow('DATA_KEYS is not set');
});

test.each([
  { what: 'another row', elsewhere: { ...place, row: 'b' } },
  { what: 'another purpose', elsewhere: { ...place, purpose: 'webhook.secret' as const } },
])('a ciphertext that was copied to $what cannot be read there', ({ elsewhere }) => {
  const ring = createKeyRing([newer]);
  expect(() => ring.decrypt(ring.encrypt('secret', place), elsewhere)).toThrow(Undecipherable);
});

test('a ciphertext with a changed or missing part is refused', () => {
  const ring = createKeyRing([newer, { ...older, kid: 'other' }]);
  const [form, kid, text = ''] = ring.encrypt('secret', place).split('.');
  const sealed = Buffer.from(text, 'base64url');
  for (const at of sealed.keys()) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => ring.decrypt(`${form}.${kid}.${changed.toString('base64url')}`, place)).toThrow(
      Undecipherable,
    );
  }
  const wrong = [
    `${form}.other.${text}`,
    `${form}.${kid}.${text}.${text}`,
    `v2.${kid}.${text}`,
    `${form}.${kid}.AAAA`,
    '',
  ];
  for (const one of wrong) expect(() => ring.decrypt(one, place)).toThrow(Undecipherable);
});

test('a signature holds for its text, purpose and key alone', () => {
  const signature = createKeyRing([older]).sign('text', 'audit.seal');
  const ring = createKeyRing([newer, older]);
  expect(ring.isSigned('text', 'audit.seal', signature)).toBe(true);
  expect(ring.isSigned('another', 'audit.seal', signature)).toBe(false);
  expect(ring.isSigned('text', 'another', signature)).toBe(false);
  expect(ring.isSigned('text', 'audit.seal', { ...signature, kid: newer.kid })).toBe(false);
  expect(ring.isSigned('text', 'audit.seal', { ...signature, mac: '' })).toBe(false);
  expect(() => createKeyRing([newer]).isSigned('text', 'audit.seal', signature)).toThrow(
    new KeyMissing('2025'),
  );
});

test('a ring without keys signs nothing, and says its setting', () => {
  expect(createKeyRing([]).hasKey).toBe(false);
  expect(() => createKeyRing([]).sign('text', 'audit.seal')).toThrow(/DATA_KEYS/);
});
