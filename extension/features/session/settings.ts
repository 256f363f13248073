import { storage } from 'wxt/utils/storage';

export interface Settings {
  /** Offer the menu on whole pages, for backgrounds and canvases. */
  isMenuOnPages: boolean;
  /** Show a button on the picture under the pointer, on all allowed sites. */
  isButtonOnPictures: boolean;
  /** Longest side that an SVG is drawn at before it is sent. */
  svgLongestSidePx: number;
  /** Higher prices than this need a confirmation before anything is sent. */
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

/** The welcome page was opened once. */
export const isWelcomedItem = storage.defineItem<boolean>('local:isWelcomed', { fallback: false });

/** The person's settings; read them by `readSettings`. */
export const settingsItem = storage.defineItem<Partial<Settings>>('local:settings', { fallback: {} });

/** Settings that were stored before one was added do not hold it. */
export const readSettings = async (): Promise<Settings> => ({
  ...defaultSettings,
  ...(await settingsItem.getValue()),
});

/** Hosts of sites that have the button on pictures though the others do not. */
export const buttonSitesItem = storage.defineItem<string[]>('local:buttonSites', { fallback: [] });
