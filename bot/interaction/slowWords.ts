import type { Interaction } from 'discord.js';
import { type Answerable, answerText } from './acknowledge.ts';
import type { Context } from './context.ts';

/** How long "Thinking…" may stand without a text. */
const patienceMs = 15_000;
/** Discord has not confirmed "Thinking…" yet: nothing can take its place before. */
const tryAgainMs = 1_000;

/**
 * Says that an answer takes longer; the answer replaces the text later.
 * @returns a function that cancels it.
 */
export function sayWhenSlow({ bot, say }: Context, interaction: Interaction): () => void {
  if (interaction.isAutocomplete()) return () => {};
  const speak = (): void => {
    if (!interaction.deferred && !interaction.replied) {
      wait(tryAgainMs);
      return;
    }
    // A message that shows a task belongs to the tracker.
    if (interaction.replied || bot.tracker.hasShown(interaction.token)) return;
    answerText(interaction as Answerable, say.slow).catch((err: unknown) =>
      bot.log.info({ err, interactionId: interaction.id }, 'nobody could be told that it takes longer'),
    );
  };
  let callOff = () => {};
  const wait = (ms: number): void => {
    callOff = bot.clock.after(ms, speak);
  };
  wait(patienceMs);
  return () => callOff();
}
