import { REST } from 'discord.js';
import { expect, test } from 'vitest';
import type { Bot } from '../interaction/context.ts';
import { postAnnouncement } from './announcements.ts';

test('an announcement has its own nonce in each channel, also when repeated', async () => {
  const sent: { path: string; nonce: string; enforced: boolean }[] = [];
  const rest = new REST({
    async makeRequest(url, { body }) {
      const { nonce, enforce_nonce: enforced } = JSON.parse(String(body));
      sent.push({ path: new URL(url).pathname, nonce, enforced });
      return Response.json({ id: '1' });
    },
  }).setToken('of.a.test');
  const bot = {
    rest,
    policies: { require: async (id: string) => ({ announcementChannelId: `9${id}` }) },
  } as unknown as Bot;
  const guilds = ['1', '2'].map((id) => ({ id, hasChannel: () => true }));
  const announcement = {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    message: { en: 'Hello', 'zh-CN': '您好' },
  };
  for (let time = 0; time < 2; time++)
    await postAnnouncement(bot, guilds, announcement as Parameters<typeof postAnnouncement>[2]);
  const [first, second, ...again] = sent.map(({ nonce }) => nonce);
  expect(first).not.toBe(second);
  expect(again.toSorted()).toEqual([first, second].toSorted());
  expect(sent.every(({ nonce, enforced }) => nonce.length <= 25 && enforced)).toBe(true);
});
