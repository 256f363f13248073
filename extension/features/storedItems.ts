import type { ResumePoint } from '@star-graph/api/client/connectEvents';
import type { SessionTokens } from '@star-graph/api/client/credentials';
import type { SignedInUser } from '@star-graph/api/contract/auth';
import { storage } from 'wxt/utils/storage';
import type { Run, Work } from './runs/run.ts';

/** The server and the person; absent until somebody signs in. */
export interface Account {
  baseUrl: string;
  user: SignedInUser;
}

export interface Settings {
  /** Offer the menu on whole pages, for backgrounds and canvases. */
  isMenuOnPages: boolean;
  /** Show a button on the picture under the pointer, on all allowed sites. */
  isButtonOnPictures: boolean;
  /** Longest side that an SVG is drawn at before it is sent. */
  svgLongestSidePx: number;
  /** What costs more credits than this is asked about before it is sent. */
  askAboveCredits: number;
  /** Of the shortcut, and of what is offered first. */
  scale: 2 | 4;
}

export const defaultSettings: Settings = {
  isMenuOnPages: false,
  isButtonOnPictures: false,
  svgLongestSidePx: 2_048,
  askAboveCredits: 5,
  scale: 2,
};

export const accountItem = storage.defineItem<Account>('local:account');
/** Whose the runs are, by `ownerOf`. It outlives a session that was revoked: the same person may come back to them. */
export const ownerItem = storage.defineItem<string>('local:owner');
/** How far the events of that account were taken. */
export const resumeItem = storage.defineItem<{ owner: string; point: ResumePoint }>('local:resume');
/** From the start of the browser to its end: tabs of an earlier session have no meaning. */
export interface BrowserSession {
  beganAtMs: number;
  /** The runs of earlier sessions have no tab any more. Until then each worker sees to it, as the first may die. */
  hasForgotten: boolean;
}
export const sessionItem = storage.defineItem<BrowserSession>('session:browserSession');
/** By tab, what is to be made of the picture that the person is asked to choose there. */
export const offersItem = storage.defineItem<Record<number, Work>>('session:offers', { fallback: {} });
export const tokensItem = storage.defineItem<SessionTokens>('local:tokens');
/** The page of welcome was opened once. */
export const isWelcomedItem = storage.defineItem<boolean>('local:isWelcomed', { fallback: false });
/** What the person has set; read it by `readSettings`. */
export const settingsItem = storage.defineItem<Partial<Settings>>('local:settings', { fallback: {} });
/** Settings that were stored before one was added do not hold it. */
export const readSettings = async (): Promise<Settings> => ({
  ...defaultSettings,
  ...(await settingsItem.getValue()),
});
/** Hosts of sites that have the button on pictures though the others do not. */
export const buttonSitesItem = storage.defineItem<string[]>('local:buttonSites', { fallback: [] });
/** By run id. Written by the background alone. */
export const runsItem = storage.defineItem<Record<string, Run>>('local:runs', { fallback: {} });
/** The last values of each workflow's form. */
export const lastParamsItem = storage.defineItem<Record<string, Record<string, unknown>>>(
  'local:lastParams',
  {
    fallback: {},
  },
);
export interface Preset {
  name: string;
  workflow: string;
  params: Record<string, unknown>;
}
export const presetsItem = storage.defineItem<Preset[]>('local:presets', { fallback: [] });
