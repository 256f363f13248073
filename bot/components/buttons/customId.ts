/** What a button does. Its whole state is its custom_id and the task in the API. */
export const actions = [
  'cancel',
  'upscale',
  // From older messages, without a choice of the strength.
  'vary',
  'subtle',
  'strong',
  'reroll',
  'edit',
  'animate',
  'inpaint',
  'outpaint',
  'delete',
  'publish',
  'fetch',
  'star',
] as const;
export type Action = (typeof actions)[number];

export interface ButtonId {
  action: Action;
  taskId: string;
  /** Which output, from 0. */
  index: number;
}

const version = 'sg1';
const pattern = new RegExp(
  `^${version}:(${actions.join('|')}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):([0-9]{1,2})$`,
);

export const formatButtonId = ({ action, taskId, index }: ButtonId): string =>
  `${version}:${action}:${taskId}:${index}`;

/** Undefined for an unknown form: custom_ids come back from clients, which can forge them. */
export function parseButtonId(customId: string): ButtonId | undefined {
  const [, action, taskId, index] = pattern.exec(customId) ?? [];
  if (action === undefined || taskId === undefined) return undefined;
  return { action: action as Action, taskId, index: Number(index) };
}

/**
 * The list of actions for one of several pictures. A choice is the custom_id of the button that it stands for.
 * @param start which of the pictures is the first in the list, from 0: a message has no two components of one id
 */
export const formatChoiceId = (taskId: string, start: number): string => `${version}c:${taskId}:${start}`;
