import { Client, ClientUser, type User } from 'discord.js';
import { expect, test } from 'vitest';
import { createCaches } from './caches.ts';

/** What the library does with the person of each interaction. */
interface People {
  _add(data: { id: string; username: string }): User;
}

test('of those who used the bot the last thousand are kept, and the bot itself', async () => {
  const client = new Client({ intents: [], makeCache: createCaches() });
  const people = client.users as unknown as People;
  const id = (n: number) => String(100_000_000_000_000_000n + BigInt(n));
  client.user = Object.assign(Object.create(ClientUser.prototype), { id: id(0), client });
  for (let n = 0; n < 3_000; n++) people._add({ id: id(n), username: `person ${n}` });
  expect(client.users.cache.size).toBe(1_000);
  for (const n of [0, 2_999]) expect(client.users.cache.has(id(n))).toBe(true);
  await client.destroy();
});
