import type { TaskView } from '@star-graph/api/contract/tasks';
import { ActionRowBuilder, ButtonBuilder, ButtonStyle } from 'discord.js';
import type { Messages } from '../replies/en.ts';
import { type Action, formatButtonId } from './customId.ts';

type Row = ActionRowBuilder<ButtonBuilder>;

const styles: Record<Action, ButtonStyle> = {
  cancel: ButtonStyle.Secondary,
  upscale: ButtonStyle.Primary,
  vary: ButtonStyle.Secondary,
  reroll: ButtonStyle.Secondary,
  edit: ButtonStyle.Secondary,
  animate: ButtonStyle.Secondary,
  delete: ButtonStyle.Danger,
  publish: ButtonStyle.Success,
  fetch: ButtonStyle.Primary,
};

function createButton(say: Messages, action: Action, taskId: string, index = 0, suffix = ''): ButtonBuilder {
  return new ButtonBuilder()
    .setCustomId(formatButtonId({ action, taskId, index }))
    .setLabel(`${say.button[action]}${suffix}`)
    .setStyle(styles[action]);
}

const toRows = (...rows: ButtonBuilder[][]): Row[] =>
  rows
    .filter((buttons) => buttons.length > 0)
    .map((buttons) => new ActionRowBuilder<ButtonBuilder>().addComponents(buttons));

export const createCancelRow = (say: Messages, taskId: string): Row[] =>
  toRows([createButton(say, 'cancel', taskId)]);

export const createFetchRow = (say: Messages, taskId: string): Row[] =>
  toRows([createButton(say, 'fetch', taskId)]);

/** A row of upscales has room for five; more outputs than that are rare and have /upscale. */
const buttonsInRow = 5;

/** What can be done with a finished task. @param isPrivate only its owner sees it. */
export function createResultRows(
  say: Messages,
  task: TaskView,
  isPrivate: boolean,
  links: readonly string[],
): Row[] {
  const pictures = task.outputs.filter(({ mime }) => mime.startsWith('image/'));
  const hasPrompt = typeof task.params.prompt === 'string';
  const isStill = pictures.length > 0 && task.workflow.name !== 'text2video';
  const upscales = isStill
    ? pictures
        .slice(0, buttonsInRow)
        .map((_, index) =>
          createButton(say, 'upscale', task.id, index, pictures.length > 1 ? ` ${index + 1}` : ''),
        )
    : [];
  const remakes = [
    ...(isStill && hasPrompt ? [createButton(say, 'vary', task.id)] : []),
    createButton(say, 'reroll', task.id),
    ...(hasPrompt ? [createButton(say, 'edit', task.id)] : []),
    ...(isStill ? [createButton(say, 'animate', task.id)] : []),
  ];
  const ends = [
    createButton(say, 'delete', task.id),
    ...(isPrivate ? [createButton(say, 'publish', task.id)] : []),
  ];
  const files = links.slice(0, buttonsInRow).map((url, index) =>
    new ButtonBuilder()
      .setURL(url)
      .setLabel(`${say.button.link}${links.length > 1 ? ` ${index + 1}` : ''}`)
      .setStyle(ButtonStyle.Link),
  );
  return toRows(upscales, remakes, ends, files);
}

/** After a failure or a cancellation the request can be made again. */
export const createRetryRow = (say: Messages, task: TaskView): Row[] =>
  toRows([
    createButton(say, 'reroll', task.id),
    ...(typeof task.params.prompt === 'string' ? [createButton(say, 'edit', task.id)] : []),
  ]);
