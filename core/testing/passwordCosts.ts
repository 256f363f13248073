import { vi } from 'vitest';

/**
 * Runs before each file: what tests sign up with is hashed by the same function at its least cost, since thousands of
 * accounts at the platform's costs take a tenth of the time of all tests. A unit test holds those costs.
 */
vi.mock(import('@node-rs/argon2'), async (importActual) => {
  const argon2 = await importActual();
  const least = { memoryCost: 8, timeCost: 1, parallelism: 1 };
  return { ...argon2, hash: (password) => argon2.hash(password, least) };
});
