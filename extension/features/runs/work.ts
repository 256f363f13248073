import type { Run } from './run.ts';

/** The action that a run performs on a picture. */
export interface Work {
  workflow: string;
  params: Record<string, unknown>;
  /** Stops at a form. */
  isAsked: boolean;
}

export const upscaleBy = (scale: 2 | 4): Work => ({ workflow: 'upscale', params: { scale }, isAsked: false });

export const img2imgWork: Work = { workflow: 'img2img', params: {}, isAsked: true };

/** A press that the page may have covered waits for confirmation in a window of ours. */
export const askUnless = (isSeen: boolean, work: Work): Work => (isSeen ? work : { ...work, isAsked: true });

export const workOf = (run: Run): { workflow: string; scale?: number } => ({
  workflow: run.workflow,
  ...(typeof run.params.scale === 'number' ? { scale: run.params.scale } : {}),
});
