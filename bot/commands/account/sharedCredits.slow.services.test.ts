import { AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { zhCN } from '../../replies/texts/zhCN.ts';
import { eventually, held, released } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { Person } from '../../testing/discord/payloads.ts';
import {
  answered,
  buttonOf,
  fieldsOf,
  finished,
  offering,
  repliedPrivately,
  titled,
} from '../../testing/reading.ts';

const role = '987654321098765432';
const grant = 1_000;
let world: BotWorld;
let manager: Person;
let operator: Person;
/** Of what these tests draw. */
let cost: number;
let perDay: number;
beforeAll(async () => {
  world = await createBotWorld(createClockFromNoon());
  manager = { ...world.newPerson(), permissions: '32' };
  operator = world.newPerson();
  const { id } = await world.clientOf(operator).getProfile();
  const { api, adminToken: token } = world.platform;
  await api.call(`/api/admin/users/${id}`, { token, method: 'PATCH', body: { role: 'admin' } });
  const params = { prompt: 'a fox', width: 256, height: 256, steps: 20 };
  ({ cost } = await world.clientOf(manager).quote('text2img', params));
  perDay = 2 * cost;
});
afterAll(() => world[Symbol.asyncDispose]());

type Options = Parameters<BotWorld['discord']['slash']>[3];
const say = (person: Person, words: string, options: Options = {}) =>
  world.discord.slash(person, world.discord.addChannel(), words, options);
const told = (person: Person, words: string, options: Options = {}) =>
  repliedPrivately(world.discord, say(person, words, options));
const imagine = (person: Person, options: Options = {}) =>
  say(person, 'imagine', { prompt: 'a fox', size: '256x256', steps: 20, ...options });
const newPatron = (locale?: string): Person => ({ ...world.newPerson(locale), roles: [role] });
const shared = async () => {
  const params = { discordGuildId: world.discord.guildId };
  const { available, held } = await world.clientOf(operator).getGuildCredits({ params });
  return { available, held };
};
const ownOf = async (person: Person) => (await world.clientOf(person).getBalance()).available;

test('allowances are set by role, and shown with the settings', async () => {
  const saved = await answered(
    say(manager, 'settings shared', { daily: perDay, role: { roleId: role } }),
    'Saved.',
  );
  expect(saved.embeds[0]?.fields?.map(({ value }) => value)).toEqual([
    `<@&${role}>\n**Shared credits per member per day:** ${perDay}`,
  ]);
  expect(await told(world.newPerson(), 'settings shared', { daily: 1 })).toBe(en.needsManager);
});

test('only members and administrators give a server credits', async () => {
  const ann = world.newPerson();
  const before = (await shared()).available;
  // Its answer is lost, but the credits are given once.
  world.gate.strike(/^POST \/api\/v1\/guilds\/\d+\/credits/, 'lose');
  expect(await told(ann, 'share', { amount: 30 })).toBe(en.shared.given(30, grant - 30, before + 30));
  expect(await told(operator, 'admin share', { amount: 500, reason: 'contest' })).toBe(
    en.shared.granted(before + 530),
  );
  expect(await told(manager, 'admin share', { amount: 500, reason: 'mine' })).toBe(en.problem.forbidden);
  expect(await told(ann, 'share', { amount: grant })).toBe(en.problem['insufficient-credits']);
  expect(await shared()).toEqual({ available: before + 530, held: 0 });
  const acts = await AuditRecord.query(world.platform.database).where({ action: 'guild.credits' });
  expect(acts.map(({ data }) => data.reason)).toEqual(['contest']);
});

test('people see who paid everywhere; without the role nothing changes', async () => {
  const [patron, other] = [newPatron(), world.newPerson()];
  const { available } = await shared();
  const result = await finished(imagine(patron, { private: true }));
  expect(fieldsOf(result)[en.field.cost]).toBe(
    `${en.shared.paid(cost)} · ${en.shared.left(perDay - cost, perDay)}`,
  );
  expect(await shared()).toEqual({ available: available - cost, held: 0 });
  expect(await ownOf(patron)).toBe(grant);
  expect(await told(patron, 'balance')).toBe(
    `${en.balance(grant, 0)}\n${en.shared.balance(available - cost)} ${en.shared.allowance(perDay - cost, perDay)}`,
  );
  const press = world.discord.click(patron, world.discord.addChannel(), result, buttonOf(result, 'edit'));
  await eventually(() =>
    expect(JSON.stringify(press.interaction.callback?.data ?? {})).toContain(
      en.shared.price(cost, perDay - cost, perDay),
    ),
  );
  const own = await finished(imagine(other, { private: true }));
  expect(fieldsOf(own)[en.field.cost]).toBe(`${en.credits(cost)} · ${en.balanceLeft(grant - cost)}`);
  expect(await told(other, 'balance')).toBe(
    `${en.balance(grant - cost, 0)}\n${en.shared.balance(available - cost)}`,
  );
  const statement = await titled(say(manager, 'settings statement'), en.shared.statementTitle);
  expect(statement.ephemeral).toBe(true);
  expect(statement.embeds[0]?.description).toContain(
    `**−${cost}** · ${en.shared.kind.hold} · <@${patron.id}>`,
  );
  expect(statement.embeds[0]?.description).toContain(`**+500** · ${en.shared.kind.grant} · contest`);
  expect(await told(patron, 'settings statement')).toBe(en.needsManager);
});

test('a cancel refunds the server, and says so in Chinese too', async () => {
  const patron = newPatron('zh-CN');
  const { available } = await shared();
  await world.platform.backend.control(held);
  const open = await offering(imagine(patron, { private: true }), 'cancel');
  expect(open.embeds[0]?.footer?.text).toContain(zhCN.shared.paid(cost));
  expect(await shared()).toEqual({ available: available - cost, held: cost });
  const press = world.discord.click(patron, world.discord.addChannel(), open, buttonOf(open, 'cancel'));
  await answered(press, '退回服务器');
  const { items } = await world.clientOf(patron).listTasks();
  const charged = items[0]?.charged ?? Number.NaN;
  expect(await shared()).toEqual({ available: available - charged, held: 0 });
  expect(press.message().content).toBe(
    zhCN.sentences([
      zhCN.cancelled,
      zhCN.shared.refund(charged, cost),
      zhCN.shared.allowance(perDay - charged, perDay),
    ]),
  );
  expect(await ownOf(patron)).toBe(grant);
  await world.platform.backend.control(released);
});
