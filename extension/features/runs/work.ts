import type { ConsoleView, PlayedKind, Run } from './run.ts';

/** The action that a run performs on a picture. */
export interface Work {
  workflow: string;
  params: Record<string, unknown>;
  /** Stops at a form. */
  isAsked: boolean;
  /** The kind of what it starts from; absent: a picture. */
  inputKind?: PlayedKind;
  opensIn?: ConsoleView;
  isAutomatic?: true;
}

export type PlayedWork = Work & { inputKind: PlayedKind };

/** What decides on the size of a picture to send. */
export interface WorkFacts {
  workflow: string;
  scale?: number;
}

export const upscaleBy = (scale: 2 | 4): Work => ({ workflow: 'upscale', params: { scale }, isAsked: false });

export const img2imgWork: Work = { workflow: 'img2img', params: {}, isAsked: true };

/** The person chooses the workflow in the form; this one is chosen first. */
export const videoWork: PlayedWork = {
  workflow: 'seedvr2-video',
  params: {},
  isAsked: true,
  inputKind: 'video',
};

/** The console asks for the picture that moves to it. */
export const soundWork: PlayedWork = {
  workflow: '',
  params: {},
  isAsked: false,
  inputKind: 'audio',
  opensIn: 'sound',
};

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
