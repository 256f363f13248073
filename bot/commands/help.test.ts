import { expect, test } from 'vitest';
import { linkGuide } from './help.ts';

test('the page about the bot is linked where Discord can open it, in the person’s language', () => {
  const guide = 'https://pictures.example/docs/guide/';
  expect(linkGuide(guide, 'en').join('\n')).toContain(`](${guide}bot.html)`);
  expect(linkGuide(guide, 'zh-CN').join('\n')).toContain(`](${guide}zh/bot.html)`);
  // Not built, or only on this machine.
  for (const absent of [undefined, 'http://localhost:8080/docs/guide/'])
    expect(linkGuide(absent, 'en')).toEqual([]);
});
