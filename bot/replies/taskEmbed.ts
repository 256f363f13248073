import { outcomeOf } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { EmbedBuilder, type RawFile } from 'discord.js';
import { type CreditsLeft, presentLeft } from '../api/creditsLeft.ts';
import { createCancelRow, createFetchRow, createRetryRow } from '../components/buttons/buttons.ts';
import type { MessageContent } from '../tracking/messageRoutes.ts';
import { escapeText } from './markdown.ts';
import { sentenceOf } from './problems.ts';
import type { Messages } from './texts/en.ts';

export const colors = { queued: 0x8a8f98, running: 0x4c8bf5, succeeded: 0x3ba55d, failed: 0xed4245 };
const promptShownCharacters = 1_000;
const barCells = 20;

/** A person's text as it was typed, without effect in Discord's markdown, and cut to that many characters. */
export function presentText(text: string, characters = promptShownCharacters): string {
  const all = [...text];
  return escapeText(all.length > characters ? `${all.slice(0, characters - 1).join('')}…` : text);
}

const presentBar = (percent: number): string => {
  const full = Math.round((percent / 100) * barCells);
  return `${'▰'.repeat(full)}${'▱'.repeat(barCells - full)} ${Math.floor(percent)}\u00a0%`;
};

export const promptOf = (task: TaskView): string =>
  typeof task.params.prompt === 'string' ? presentText(task.params.prompt) : '';

/** Progress may arrive before the event that the task runs; a task with a place in the queue is not running. */
const isWorking = ({ status, progress: { percent, step, queuePosition } }: TaskView): boolean =>
  queuePosition === undefined && (status === 'running' || percent > 0 || step !== undefined);

/** Changes exactly when an edit would show something new. */
export const progressKey = (task: TaskView, isPaused = false): string => {
  const { percent, step, queuePosition, etaSeconds, preview } = task.progress;
  const eta = etaSeconds === undefined ? '' : Math.round(etaSeconds / 5);
  const isHeld = isPaused && !isWorking(task);
  return [
    isWorking(task),
    isHeld,
    Math.floor(percent),
    step,
    queuePosition,
    eta,
    preview?.base64.length,
  ].join(':');
};

interface ProgressOptions {
  /** The message is about to be out of reach: says so, and leaves a button that fetches the result. */
  isLate: boolean;
  /** The message offers that button from the beginning. */
  isTicket: boolean;
  /** Results at this place are spoilers, previews too. */
  isVeiled: boolean;
  /** No task is given to a GPU server now. */
  isPaused: boolean;
}

const startLarge = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const joinLines = (lines: readonly string[]): string => lines.filter((line) => line !== '').join('\n');

/** A task that waits or runs: bar, place, time, cost, preview and Cancel. */
export function presentProgress(
  say: Messages,
  task: TaskView,
  { isLate, isTicket, isVeiled, isPaused }: ProgressOptions,
): MessageContent {
  const { percent, step, steps, queuePosition, etaSeconds, cancelCost, preview } = task.progress;
  const isRunning = isWorking(task);
  const [first = '', ...others] = [
    step === undefined || steps === undefined ? undefined : say.progress.step(step, steps),
    queuePosition === undefined ? undefined : say.progress.place(queuePosition),
    etaSeconds === undefined ? undefined : say.progress.ready(etaSeconds),
    presentPaid(say, task, task.cost),
    isRunning && cancelCost !== undefined ? say.progress.cancelCost(cancelCost) : undefined,
  ].filter((fact) => fact !== undefined);
  const embed = new EmbedBuilder()
    .setTitle(isRunning ? say.title.running : say.title.queued)
    .setColor(isRunning ? colors.running : colors.queued)
    .setFooter({ text: [startLarge(first), ...others].join(' · ') });
  const description = joinLines([isRunning ? presentBar(percent) : '', promptOf(task)]);
  if (description !== '') embed.setDescription(description);
  const files = preview === undefined ? [] : [toPreviewFile(preview, isVeiled)];
  // An embed shows its picture without the spoiler's veil.
  if (files[0] && !isVeiled) embed.setImage(`attachment://${files[0].name}`);
  if (isPaused && !isRunning) embed.addFields({ name: '⏸️', value: say.progress.paused });
  if (isLate) embed.addFields({ name: '⏳', value: say.ticket });
  const fetchRows = isLate || isTicket ? createFetchRow(say, task.id) : [];
  const components = [...createCancelRow(say, task.id), ...fetchRows];
  return { embeds: [embed.toJSON()], components, files };
}

function toPreviewFile(preview: { mime: string; base64: string }, isVeiled: boolean): RawFile {
  const extension = preview.mime === 'image/png' ? 'png' : 'jpg';
  return {
    name: `${isVeiled ? 'SPOILER_' : ''}preview.${extension}`,
    data: Buffer.from(preview.base64, 'base64'),
    contentType: preview.mime,
  };
}

const sizeOf = (task: TaskView): string | undefined => {
  const [first] = task.outputs;
  return first && `${first.width} × ${first.height}`;
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? presentText(String(value), 200) : undefined;

/** An amount, with its payer if that is not the person. */
export const presentPaid = (say: Messages, { payer }: Pick<TaskView, 'payer'>, amount: number): string =>
  payer ? say.shared.paid(amount) : say.credits(amount);

/** The amount paid; for an unfinished task, its price. */
export function presentPrice(say: Messages, task: TaskView): string {
  const { status, cost, charged } = task;
  const isPaid = status !== 'failed' && status !== 'cancelled';
  return isPaid || charged ? presentPaid(say, task, charged ?? cost) : say.notCharged;
}

/** The origin of a result: everything that is needed to make it again, with file names. */
export function presentProvenance(say: Messages, task: TaskView, owner: string): EmbedBuilder {
  const embed = new EmbedBuilder().setTitle(say.title.succeeded).setColor(colors.succeeded);
  const prompt = promptOf(task);
  if (prompt !== '') embed.setDescription(prompt);
  const rows: [string, string | undefined][] = [
    [say.field.model, textOf(task.params.model)],
    [say.field.videoModel, textOf(task.params.videoModel)],
    [say.field.seed, textOf(task.params.seed)],
    [say.field.size, sizeOf(task)],
    [say.field.steps, textOf(task.params.steps)],
    [say.field.frames, textOf(task.params.frames)],
    [say.field.fps, textOf(task.params.fps)],
    [say.field.workflow, `${task.workflow.name} v${task.workflow.version}`],
    [say.field.parent, task.parentId],
    [say.field.by, `<@${owner}>`],
    [say.field.cost, presentPrice(say, task)],
  ];
  for (const [name, value] of rows) if (value !== undefined) embed.addFields({ name, value, inline: true });
  return embed.setFooter({ text: say.taskFooter(task.id) });
}

/** What a cancelled task cost, and what came back. */
export const presentRefund = (say: Messages, { charged, cost, payer }: TaskView): string =>
  (payer ? say.shared : say).refund(charged ?? 0, cost);

/** Why a finished task has nothing, or no more, to show. */
export const presentAbsence = (say: Messages, { withheld = 0 }: Pick<TaskView, 'withheld'>): string =>
  withheld > 0 ? say.outcome.withheld : say.outcome.deleted;

/**
 * A task that ended without a result.
 * @param left the payer's balance: for a message that only the owner sees.
 */
export function presentEnd(say: Messages, task: TaskView, left?: CreditsLeft): MessageContent {
  const { title, color, reason, paid } = describeEnd(say, task);
  const told = left ? say.sentences([reason, presentLeft(say, left)]) : reason;
  const embed = new EmbedBuilder()
    .setTitle(title)
    .setColor(color)
    .setDescription([told, promptOf(task)].filter((line) => line !== '').join('\n'));
  if (paid !== undefined)
    embed.addFields({ name: say.field.cost, value: presentPaid(say, task, paid), inline: true });
  return { embeds: [embed.toJSON()], components: createRetryRow(say, task), files: [] };
}

interface End {
  title: string;
  color: number;
  reason: string;
  /** Where the reason does not say it. */
  paid?: number | undefined;
}

function describeEnd(say: Messages, task: TaskView): End {
  const outcome = outcomeOf(task);
  switch (outcome.kind) {
    case 'open':
    case 'result':
      throw new Error(`a task with the outcome ${outcome.kind} has not ended without a result`);
    case 'withheld':
    case 'deleted': {
      return {
        title: say.title[outcome.kind],
        color: colors.queued,
        reason: presentAbsence(say, task),
        paid: outcome.paid,
      };
    }
    case 'failed': {
      const { code, hasOwnPrice, paid } = outcome;
      const sentence = code ? sentenceOf(say, code) : say.unexpected;
      const reason = hasOwnPrice ? say.outcome.failedPaid : sentence;
      return { title: say.title.failed, color: colors.failed, reason, paid: paid > 0 ? paid : undefined };
    }
    case 'cancelled':
      return { title: say.title.cancelled, color: colors.queued, reason: presentRefund(say, task) };
  }
}
