import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { EmbedBuilder } from 'discord.js';
import { type CreditsLeft, presentLeftShort } from '../api/creditsLeft.ts';
import { type ModelTitles, titlesOfFiles } from '../api/modelTitles.ts';
import { veil } from './markdown.ts';
import { colors, presentPaid, presentText, promptOf } from './taskEmbed.ts';
import type { Messages } from './texts/en.ts';

const nameCharacters = 60;
const isNumber = (value: unknown): value is number => typeof value === 'number';

/**
 * A finished task: its prompt, its owner, its price, and in the footer its model and settings. The rest is in *Image
 * info*.
 * @param reader.left the payer's balance: for a message that only the owner sees.
 * @param reader.titles default: by their files
 * @param reader.isVeiled texts are spoilers, as files are at that place.
 */
export function presentResult(
  say: Messages,
  task: TaskView,
  reader: { owner: string; left?: CreditsLeft | undefined; titles?: ModelTitles; isVeiled?: boolean },
): EmbedBuilder {
  const embed = new EmbedBuilder().setTitle(say.title.succeeded).setColor(colors.succeeded);
  const prompt = promptOf(task);
  if (prompt !== '') embed.setDescription(prompt);
  const left = reader.left === undefined ? [] : [presentLeftShort(say, reader.left)];
  embed.addFields(
    { name: say.field.by, value: `<@${reader.owner}>`, inline: true },
    { name: say.field.cost, value: [presentPaid(say, task, task.cost), ...left].join(' · '), inline: true },
  );
  embed.addFields(
    wordsOf(task).map((words) => ({ name: say.field.text, value: reader.isVeiled ? veil(words) : words })),
  );
  const facts = listFacts(say, task, reader.titles).join(' · ');
  return facts === '' ? embed : embed.setFooter({ text: facts });
}

/** A field takes 1,024 characters, and each may need a backslash before it; what is not shown stands in the file. */
const saidCharacters = 500;

/** The results that are texts, as far as Discord has room for them. */
export const wordsOf = ({ outputs }: Pick<TaskView, 'outputs'>): string[] =>
  outputs
    .flatMap(({ text }) => (text?.trim() ? [text] : []))
    .slice(0, 4)
    .map((text) => presentText(text, saidCharacters));

/** The facts that distinguish results at a glance: model, size, steps or frames, seed. */
export function listFacts(say: Messages, task: TaskView, titlesOf: ModelTitles = titlesOfFiles): string[] {
  const { fact } = say;
  const {
    params,
    outputs: [first],
  } = task;
  const models = titlesOf(task).map((name) => name.slice(0, nameCharacters));
  const film = first && isSeen(mediaKindOf(first.mime)) ? readFilm(first, params) : undefined;
  return [
    ...models,
    ...(first && first.width > 0 ? [`${first.width} × ${first.height}`] : []),
    ...(first && mediaKindOf(first.mime) === 'audio' ? [fact.seconds((first.durationMs ?? 0) / 1_000)] : []),
    ...(isNumber(params.scale) ? [fact.scale(params.scale)] : []),
    ...(film ? [fact.frames(film.frames), fact.fps(film.fps), ...(first?.sound ? [fact.sound] : [])] : []),
    ...(isNumber(params.steps) ? [fact.steps(params.steps)] : []),
    ...(isNumber(params.seed) ? [fact.seed(params.seed)] : []),
  ];
}

/** Frames and rate of a film: from the file, otherwise from the request. */
function readFilm(
  { durationMs, fps: measured }: AssetView,
  params: TaskView['params'],
): { frames: number; fps: number } | undefined {
  const fps = measured ?? params.fps;
  if (durationMs === undefined || !isNumber(fps) || fps <= 0) return undefined;
  const frames = isNumber(params.frames) ? params.frames : Math.round((durationMs / 1_000) * fps);
  return { frames, fps: Math.round(fps * 100) / 100 };
}
