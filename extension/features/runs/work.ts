import type { ConsoleView, Run } from './run.ts';

export type InputKind = 'image' | 'video';

/** The action that a run performs on a picture. */
export interface Work {
  workflow: string;
  params: Record<string, unknown>;
  /** Stops at a form. */
  isAsked: boolean;
  /** The kind of what it starts from; absent: a picture. */
  inputKind?: 'video';
  opensIn?: ConsoleView;
  isAutomatic?: true;
}

/** What decides on the size of a picture to send. */
export interface WorkFacts {
  workflow: string;
  scale?: number;
}

export const upscaleBy = (scale: 2 | 4): Work => ({ workflow: 'upscale', params: { scale }, isAsked: false });

export const img2imgWork: Work = { workflow: 'img2img', params: {}, isAsked: true };

/** The person chooses the workflow in the form; this one is chosen first. */
export const videoWork: Work = { workflow: 'seedvr2-video', params: {}, isAsked: true, inputKind: 'video' };

/** A press that the page may have covered waits for confirmation in a window of ours. */
export const askUnless = (isSeen: boolean, work: Work): Work => (isSeen ? work : { ...work, isAsked: true });

export const workOf = (run: Pick<Run, 'workflow' | 'params'>): WorkFacts => ({
  workflow: run.workflow,
  ...(typeof run.params.scale === 'number' ? { scale: run.params.scale } : {}),
});

/**
 * Which pictures of a site are enlarged without a press: the pages of a series, some of them ahead of the reader, or
 * pictures with a shorter side below so many pixels.
 */
export type AutomaticRule = 'series' | number;
