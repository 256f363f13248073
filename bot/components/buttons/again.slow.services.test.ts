import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { eventually } from '../../testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from '../../testing/botWorld.ts';
import type { Person } from '../../testing/discord/payloads.ts';
import type { StoredChannel, StoredMessage } from '../../testing/discord/state.ts';
import { answered, buttonOf, finished, taskIdOf } from '../../testing/reading.ts';
import { formatAgainId, parseAgainId } from './customId.ts';

let world: BotWorld;
let ann: Person;
let channel: StoredChannel;
let result: StoredMessage;

beforeAll(async () => {
  world = await createBotWorld();
  ann = world.newPerson();
  channel = world.discord.addChannel();
  const options = { prompt: 'a gate', size: '256x320', steps: 1, seed: 7 };
  result = await finished(world.discord.slash(ann, channel, 'imagine', options));
});
afterAll(() => world[Symbol.asyncDispose]());

const offer = async (person = ann) => {
  const act = world.discord.click(person, channel, result, buttonOf(result, 'again'));
  return answered(act, en.again.ask);
};
const choicesOf = (message: StoredMessage): string[] =>
  JSON.stringify(message.components).match(/sg1w:[pe]:[0-9a-f-]{36}:\d+:[a-z0-9-]+/g) ?? [];

test('a list offers what the result fits, and nothing that needs more', async () => {
  const names = choicesOf(await offer()).map((id) => parseAgainId(id)?.workflow);
  expect(names).toEqual(expect.arrayContaining(['img2img', 'upscale', 'img2video', 'text2video']));
  for (const name of ['text2img', 'inpaint']) expect(names).not.toContain(name);
});

test('a choice makes the result again with that workflow, and says what changed', async () => {
  const list = await offer();
  const choice = choicesOf(list).find((id) => id.endsWith(':img2img')) ?? '';
  const made = await finished(world.discord.choose(ann, channel, list, choice));
  const [source] = (await world.readTask(taskIdOf(result))).outputs;
  expect(await world.readTask(taskIdOf(made))).toMatchObject({
    workflow: { name: 'img2img' },
    params: { prompt: 'a gate', seed: 7, image: source?.id },
    parentId: taskIdOf(result),
  });
  // Its list was private, the result was not.
  expect(made.ephemeral).toBe(false);
  await eventually(() => {
    const said = [...world.discord.state.messages.values()].map(({ content }) => content);
    expect(said).toContainEqual(en.again.left(en.option.steps));
  });
});

test('another person is told that the result is not theirs', async () => {
  const act = world.discord.click(world.newPerson(), channel, result, buttonOf(result, 'again'));
  await answered(act, en.notYours);
});

test('an id is read as it was written, and nothing else is', () => {
  const id = {
    taskId: '01900000-0000-7000-8000-000000000000',
    index: 3,
    workflow: 'z-image',
    isPrivate: true,
  };
  expect(parseAgainId(formatAgainId(id))).toEqual(id);
  for (const text of [
    '',
    'sg1w:p:x:0:z-image',
    `${formatAgainId(id)} `,
    formatAgainId({ ...id, workflow: '../x' }),
  ])
    expect(parseAgainId(text)).toBeUndefined();
});
