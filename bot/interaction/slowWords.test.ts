import type { Interaction } from 'discord.js';
import { expect, test } from 'vitest';
import { en } from '../replies/texts/en.ts';
import { createMovableClock } from '../testing/movableClock.ts';
import type { Context } from './context.ts';
import { sayWhenSlow } from './slowWords.ts';

/** An interaction as far as the words go, 15 s old at a silent API. */
function createSlow({ isShown = false } = {}) {
  const clock = createMovableClock();
  const said: string[] = [];
  const interaction = {
    token: 'a',
    id: '1',
    deferred: false,
    replied: false,
    isAutocomplete: () => false,
    editReply: async ({ content }: { content: string }) => void said.push(content),
  };
  const bot = { clock, tracker: { hasShown: () => isShown } };
  const callOff = sayWhenSlow({ bot, say: en } as unknown as Context, interaction as unknown as Interaction);
  return { clock, said, interaction, callOff };
}

test('the text waits until Discord confirms the deferral', () => {
  const { clock, said, interaction, callOff } = createSlow();
  clock.advance(15_000);
  expect(said).toEqual([]);
  interaction.deferred = true;
  clock.advance(1_000);
  clock.advance(60_000);
  expect(said).toEqual([en.slow]);
  callOff();
});

test('nothing is said after an answer, a task or a cancellation', () => {
  const answered = createSlow();
  Object.assign(answered.interaction, { deferred: true, replied: true });
  const shown = createSlow({ isShown: true });
  shown.interaction.deferred = true;
  const over = createSlow();
  over.clock.advance(15_000);
  over.callOff();
  over.interaction.deferred = true;
  for (const one of [answered, shown, over]) {
    one.clock.advance(16_000);
    expect(one.said).toEqual([]);
  }
});
