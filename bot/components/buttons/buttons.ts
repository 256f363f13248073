import type { TaskView } from '@star-graph/contract/tasks/tasks';
import {
  ActionRowBuilder,
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  ButtonBuilder,
  ButtonStyle,
  StringSelectMenuBuilder,
} from 'discord.js';
import { cutsOut } from '../../generate/generationRequest.ts';
import type { Messages } from '../../replies/texts/en.ts';
import { type Action, formatButtonId, formatChoiceId } from './customId.ts';

/** A row of a message, as it is sent. */
export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

const styles: Record<Action, ButtonStyle> = {
  cancel: ButtonStyle.Secondary,
  upscale: ButtonStyle.Primary,
  vary: ButtonStyle.Secondary,
  subtle: ButtonStyle.Secondary,
  strong: ButtonStyle.Secondary,
  reroll: ButtonStyle.Secondary,
  edit: ButtonStyle.Secondary,
  animate: ButtonStyle.Secondary,
  inpaint: ButtonStyle.Secondary,
  outpaint: ButtonStyle.Secondary,
  cutout: ButtonStyle.Secondary,
  delete: ButtonStyle.Danger,
  publish: ButtonStyle.Success,
  fetch: ButtonStyle.Primary,
  star: ButtonStyle.Secondary,
  again: ButtonStyle.Secondary,
  open: ButtonStyle.Secondary,
  draw: ButtonStyle.Primary,
};

/** The same everywhere, so that people recognise a button without reading it. */
const emoji: Partial<Record<Action, string>> = {
  upscale: '🔍',
  vary: '🪄',
  subtle: '🪄',
  strong: '🪄',
  reroll: '🎲',
  edit: '✏️',
  animate: '🎬',
  inpaint: '🖌️',
  outpaint: '↔️',
  cutout: '✂️',
  delete: '🗑️',
  publish: '🌐',
  star: '⭐',
  again: '🔀',
  open: '🎨',
  draw: '🖼️',
};

function createButton(
  say: Messages,
  action: Action,
  taskId: string,
  { index = 0, label = say.button[action] }: { index?: number; label?: string } = {},
): ButtonBuilder {
  const button = new ButtonBuilder()
    .setCustomId(formatButtonId({ action, taskId, index }))
    .setStyle(styles[action]);
  const name = emoji[action];
  if (name !== undefined) button.setEmoji({ name });
  // A bin and a star need no label.
  return action === 'delete' || action === 'star' ? button : button.setLabel(label);
}

const buttonsInRow = 5;

/** Rows of as many buttons as fit. */
function toRows(buttons: readonly ButtonBuilder[]): Row[] {
  const rows: Row[] = [];
  for (let start = 0; start < buttons.length; start += buttonsInRow) {
    const row = new ActionRowBuilder<ButtonBuilder>();
    rows.push(row.addComponents(buttons.slice(start, start + buttonsInRow)).toJSON());
  }
  return rows;
}

export const createCancelRow = (say: Messages, taskId: string): Row[] =>
  toRows([createButton(say, 'cancel', taskId)]);

export const createFetchRow = (say: Messages, taskId: string): Row[] =>
  toRows([createButton(say, 'fetch', taskId)]);

/** The most that a workflow that ships makes. Further pictures can use /upscale and the menus. */
const picturesOffered = 8;
/** Six actions for each: Discord takes 25 choices in a list. */
const picturesInList = 4;
/** The limit of rows in a Discord message. */
const mostRows = 5;

/**
 * The actions for a finished task.
 * @param isPrivate only its owner sees it.
 * @param can what this platform does: `cutOut`, a GPU server removes backgrounds; `open`, it opens in Discord.
 */
export function createResultRows(
  say: Messages,
  task: TaskView,
  isPrivate: boolean,
  links: readonly string[],
  can: { cutOut?: boolean; open?: boolean } = {},
): Row[] {
  const pictures = task.outputs
    .flatMap(({ mime }, index) => (mime.startsWith('image/') ? [index] : []))
    .slice(0, task.workflow.name === 'text2video' ? 0 : picturesOffered);
  const hasPrompt = typeof task.params.prompt === 'string';
  const button = (action: Action, index?: number) =>
    createButton(say, action, task.id, index === undefined ? {} : { index });
  const varying: readonly Action[] = hasPrompt ? ['subtle', 'strong'] : [];
  const edit = hasPrompt ? [button('edit')] : [];
  const open = can.open ? [button('open')] : [];
  const ends = [button('delete'), ...(isPrivate ? [button('publish')] : [])];
  const files = toRows(links.slice(0, buttonsInRow).map((url, index) => createLink(say, url, index, links)));
  const [only] = pictures;
  if (only === undefined) {
    const star = task.outputs.length > 0 ? [button('star')] : [];
    const draw = task.outputs.some(({ text }) => text !== undefined) ? [button('draw')] : [];
    return [
      ...toRows([...draw, button('reroll'), ...edit, button('again'), ...open, ...star, ...ends]),
      ...files,
    ];
  }
  if (pictures.length > 1) {
    const last = [...toRows([button('reroll'), ...edit, button('again'), ...ends]), ...files];
    const enlarge = pictures.map((index, place) =>
      createButton(say, 'upscale', task.id, { index, label: say.upscaleOne(place + 1) }),
    );
    const actions: readonly Action[] = [...varying, 'animate', 'inpaint', 'outpaint', 'star'];
    const first = [...toRows([...enlarge, ...open]), ...createActionLists(say, task.id, pictures, actions)];
    // Links to files that were too large for the message take the place of the second list.
    return [...first.slice(0, mostRows - last.length), ...last];
  }
  const vary = varying.map((action) => button(action, only));
  const makes = [
    button('upscale', only),
    button('reroll'),
    ...vary,
    ...edit,
    button('animate', only),
    button('inpaint', only),
    button('outpaint', only),
    ...(can.cutOut && task.workflow.name !== cutsOut ? [button('cutout', only)] : []),
    button('again', only),
    ...open,
    button('star', only),
  ];
  return [...toRows([...makes, ...ends]), ...files];
}

/** Lists of the other actions for one of the pictures. */
function createActionLists(
  say: Messages,
  taskId: string,
  pictures: readonly number[],
  actions: readonly Action[],
): Row[] {
  const starts = [...pictures.keys()].filter((place) => place % picturesInList === 0);
  return starts.map((start) => {
    const listed = pictures.slice(start, start + picturesInList);
    const choices = listed.flatMap((index, at) =>
      actions.map((action) => ({
        label: say.onPicture(say.button[action], start + at + 1),
        value: formatButtonId({ action, taskId, index }),
        ...(emoji[action] === undefined ? {} : { emoji: { name: emoji[action] } }),
      })),
    );
    const list = new StringSelectMenuBuilder()
      .setCustomId(formatChoiceId(taskId, start))
      .setPlaceholder(
        pictures.length > picturesInList
          ? say.choosePictureOf(start + 1, start + listed.length)
          : say.choosePicture,
      )
      .addOptions(choices);
    return new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(list).toJSON();
  });
}

const createLink = (say: Messages, url: string, index: number, { length }: readonly string[]) =>
  new ButtonBuilder()
    .setURL(url)
    .setEmoji({ name: '🔗' })
    .setLabel(`${say.button.link}${length > 1 ? ` ${index + 1}` : ''}`)
    .setStyle(ButtonStyle.Link);

/** After a failure or a cancellation the request can be repeated. */
export const createRetryRow = (say: Messages, task: TaskView): Row[] =>
  toRows([
    createButton(say, 'reroll', task.id),
    ...(typeof task.params.prompt === 'string' ? [createButton(say, 'edit', task.id)] : []),
  ]);
