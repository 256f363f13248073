import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listMedia } from '../../tracking/messageParts.ts';
import { eventually } from '../botPlatform.ts';
import { createBotWorld } from '../botWorld.ts';
import { finished } from '../reading.ts';
import { drawMessage } from './drawMessage.ts';
import type { StoredMessage } from './state.ts';

/** Set to renew the pictures of the documentation. */
const imagesDir = process.env.IMAGES_DIR;

test.runIf(imagesDir)('the pictures of the documentation show what the bot sends', async () => {
  await using world = await createBotWorld();
  const ann = world.newPerson();
  // Held there, it is seen on a busy machine too; slow enough before that previews are sent.
  const simulate = { secondsPerStep: 0.4, instant: false };
  await world.platform.backend.control({ simulate, arm: [{ kind: 'hold', step: 13 }] });
  const act = world.discord.slash(ann, world.discord.addChannel(), 'imagine', {
    prompt: 'a lighthouse at dawn, waves on the rocks',
    size: '768x512',
    steps: 30,
    seed: 7,
  });
  const halfway = await eventually(() => {
    const message = act.message();
    expect(message.embeds[0]?.description).toMatch(/ [345]\d\s%/);
    expect(message.attachments).toHaveLength(1);
    return { ...message };
  });
  await world.platform.backend.control({ disarm: ['hold'] });
  await draw('progress', halfway);
  await draw('result', await finished(act));

  // Its picture for lists is made a moment later.
  await eventually(async () => {
    const [task] = (await world.clientOf(ann).listTasks()).items;
    expect(task?.outputs[0]?.thumbnailUrl).toBeDefined();
  });
  const models = world.discord.slash(ann, world.discord.addChannel(), 'models', {});
  await draw(
    'models',
    await eventually(() => {
      expect(listMedia(models.message())).toHaveLength(1);
      return models.message();
    }),
    '/models',
  );

  async function draw(name: string, message: StoredMessage, command = '/imagine') {
    for (const isDark of [false, true]) {
      const picture = await drawMessage(message, { [ann.id]: 'ann' }, { command, isDark });
      await writeFile(join(imagesDir ?? '', `bot-${name}${isDark ? '-dark' : ''}.png`), picture);
    }
  }
});
