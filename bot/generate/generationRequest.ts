import { enlargesFilms } from '@star-graph/contract/guilds/placeFaults';
import type { EngineChoices } from './engineValues.ts';

export interface GenerationRequest extends Omit<EngineChoices, 'preset'> {
  workflow: string;
  params: Record<string, unknown>;
  /** One of those that every engine has, or the person's own by id or name. */
  preset?: string;
  parentId?: string;
  /** Fills in the person's or the server's defaults; absent: all values are given. */
  takesDefaults?: true;
  /** Nobody has seen its price; `yes` names the button that agrees to it, `agreed` is what the person agreed to. */
  unseen?: { yes(cost: number): string; agreed?: number };
  /** Makes the same request once; default: the interaction. */
  idempotencyKey?: string;
}

/** What removes the background of a picture. */
export const cutsOut = 'remove-background';

/** Enlarges a picture or a film of the person's. */
export const enlarge = (kind: 'image' | 'video', assetId: string, scale: number): GenerationRequest =>
  kind === 'video'
    ? { workflow: enlargesFilms, params: { video: assetId, scale } }
    : { workflow: 'upscale', params: { image: assetId, scale } };
