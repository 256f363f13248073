import { type AgainId, formatAgainId, parseAgainId } from './customId.ts';

/** What is made after a yes to its price: a result animated or made again, or a picture animated by the menu. */
type AfterYes =
  | { kind: 'animate'; taskId: string; index: number; isPrivate: boolean }
  | { kind: 'again'; again: AgainId }
  | { kind: 'picture'; assetId: string; parentId?: string | undefined; isPrivate: boolean };

export interface YesId {
  /** The credits that the person has seen. */
  cost: number;
  after: AfterYes;
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const pattern = /^sg1y:([1-9][0-9]{0,6}):(.+)$/;
const animatePattern = new RegExp(`^b:([pe]):(${uuid}):([0-9]{1,2})$`);
const picturePattern = new RegExp(`^a:([pe]):(${uuid}):(${uuid})?$`);
/** How ids of choices begin; `sg1y` has said that it is ours. */
const againPrefix = 'sg1';

export const formatYesId = ({ cost, after }: YesId): string => `sg1y:${cost}:${formatAfter(after)}`;

function formatAfter(after: AfterYes): string {
  if (after.kind === 'again') return formatAgainId(after.again).slice(againPrefix.length);
  const audience = after.isPrivate ? 'e' : 'p';
  if (after.kind === 'animate') return `b:${audience}:${after.taskId}:${after.index}`;
  return `a:${audience}:${after.assetId}:${after.parentId ?? ''}`;
}

/** Undefined for an unknown form: clients can forge it. */
export function parseYesId(customId: string): YesId | undefined {
  const [, cost, rest = ''] = pattern.exec(customId) ?? [];
  const after = parseAfter(rest);
  return cost === undefined || !after ? undefined : { cost: Number(cost), after };
}

function parseAfter(text: string): AfterYes | undefined {
  const again = parseAgainId(`${againPrefix}${text}`);
  if (again) return { kind: 'again', again };
  const [, audience, taskId, index] = animatePattern.exec(text) ?? [];
  if (taskId !== undefined)
    return { kind: 'animate', taskId, index: Number(index), isPrivate: audience === 'e' };
  const [, shown, assetId, parentId] = picturePattern.exec(text) ?? [];
  return assetId === undefined
    ? undefined
    : { kind: 'picture', assetId, ...(parentId && { parentId }), isPrivate: shown === 'e' };
}
