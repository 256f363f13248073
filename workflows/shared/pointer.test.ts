import { expect, test } from 'vitest';
import { z } from 'zod';
import { toPointedFaults } from './pointer.ts';

const refused = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  return error ? toPointedFaults(error).length : 0;
};
const many = Array.from({ length: 1_000 }, (_, n) => `key ${n}`);

test.each([
  ['keys that nobody knows', z.strictObject({}), Object.fromEntries(many.map((key) => [key, 1]))],
  ['wrong elements', z.array(z.number()), many],
  [
    'wrong elements and keys',
    z.array(z.strictObject({})),
    many.map((key) => ({ [key]: 1, [`${key}.`]: 1, [`${key}:`]: 1 })),
  ],
])('of a thousand %s twenty are told', (_, schema, value) => {
  expect(refused(schema, value)).toBe(20);
});
