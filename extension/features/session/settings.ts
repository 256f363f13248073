import { createStoredItem } from '../runs/storedItem.ts';
import type { AutomaticRule } from '../runs/work.ts';

export interface Settings {
  /** Offer the menu on whole pages, for backgrounds and canvases. */
  isMenuOnPages: boolean;
  /** Show a button on the picture under the pointer, on all allowed sites. */
  isButtonOnPictures: boolean;
  /** Longest side that an SVG is drawn at before it is sent. */
  svgLongestSidePx: number;
  /** Higher prices than this need a confirmation before anything is sent. */
  askAboveCredits: number;
  /** Of the shortcut, of what is offered first and of what is sent without a press. */
  scale: 2 | 4;
  /** What may be spent without a press. */
  creditsPerDay: number;
}

export const defaultSettings: Settings = {
  isMenuOnPages: false,
  isButtonOnPictures: false,
  svgLongestSidePx: 2_048,
  askAboveCredits: 5,
  scale: 2,
  creditsPerDay: 50,
};

/** The welcome page was opened once. */
export const isWelcomedItem = createStoredItem<boolean>('local', 'isWelcomed', false);

/** The person's settings; read them by `readSettings`. */
export const settingsItem = createStoredItem<Partial<Settings>>('local', 'settings', {});

/** Settings that were stored before one was added do not hold it. */
export const readSettings = async (): Promise<Settings> => ({
  ...defaultSettings,
  ...(await settingsItem.getValue()),
});

/** Which pictures of a site have the button: none, all, or those with a shorter side below so many pixels. */
export type SiteRule = 'never' | 'every' | number;
type SiteRules = Readonly<Record<string, SiteRule>>;

/** By host, where it differs from the other sites. Once a list of hosts was kept; read them by `readSiteRules`. */
export const siteRulesItem = createStoredItem<SiteRules | string[]>('local', 'buttonSites', {});

export async function readSiteRules(): Promise<SiteRules> {
  const kept = await siteRulesItem.getValue();
  return Array.isArray(kept) ? Object.fromEntries(kept.map((host) => [host, 'every'])) : kept;
}

/** Without a rule the site is as all others. */
export const setSiteRule = async (host: string, rule: SiteRule | undefined): Promise<void> =>
  siteRulesItem.setValue(withRule(await readSiteRules(), host, rule));

/** By host; other sites have none. */
export const automaticRulesItem = createStoredItem<Readonly<Record<string, AutomaticRule>>>(
  'local',
  'automaticRules',
  {},
);

export const setAutomaticRule = async (host: string, rule: AutomaticRule | undefined): Promise<void> =>
  automaticRulesItem.setValue(withRule(await automaticRulesItem.getValue(), host, rule));

function withRule<Rule>(rules: Readonly<Record<string, Rule>>, host: string, rule: Rule | undefined) {
  const { [host]: _, ...others } = rules;
  return rule === undefined ? others : { ...others, [host]: rule };
}
