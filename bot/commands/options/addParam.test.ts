import { SlashCommandBuilder } from 'discord.js';
import { expect, test } from 'vitest';
import { commands } from '../commands.ts';
import { addParam } from './addParam.ts';

const optionOf = (command: string, name: string) => {
  const data = commands.find((one) => one.data.name === command)?.data;
  return data && 'options' in data ? data.options?.find((option) => option.name === name) : undefined;
};

test.each([
  ['imagine', 'count', { min_value: 1, max_value: 8 }],
  ['img2img', 'denoise', { min_value: 0.05, max_value: 1 }],
  ['inpaint', 'grow', { min_value: 0, max_value: 64 }],
  ['video', 'motion', { min_value: 1, max_value: 255 }],
  ['imagine', 'prompt', { max_length: 4_000, required: true }],
  ['imagine', 'model', { autocomplete: true, required: false }],
])('/%s offers of %s what its workflow takes', (command, name, limits) => {
  expect(optionOf(command, name)).toMatchObject(limits);
});

test("a list parameter's choices fall back to the value as name", () => {
  const builder = new SlashCommandBuilder().setName('a').setDescription('a');
  addParam(builder, 'upscale', 'scale', { description: ['How many', '倍数'], choices: { 2: ['Two', '两'] } });
  const [option] = builder.toJSON().options ?? [];
  expect(option).toMatchObject({
    choices: [
      { name: 'Two', value: 2 },
      { name: '4', value: 4 },
    ],
  });
});
