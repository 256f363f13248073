import { browser } from 'wxt/browser';
import { createPageFrame } from '../messaging/pageFrame.ts';
import { type PagesAnswer, pageScript, pagesScript } from '../messaging/protocol.ts';
import { LocalProblem } from '../runs/problem.ts';
import { isEnded, type Run } from '../runs/run.ts';
import { listRuns } from '../runs/runStore.ts';
import { type AutomaticRule, upscaleBy } from '../runs/work.ts';
import { budgetItem, hasRoom, ofToday } from '../session/budget.ts';
import { automaticRulesItem, readSettings } from '../session/settings.ts';
import { cancelRun } from './advance/controlRun.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { hostOf, keepInPages, type Sites, toMatch } from './siteScripts.ts';
import { startOnPicture } from './start/startOnPage.ts';

const script = { id: 'star-graph-pages', files: [pageScript, pagesScript] } as const;

async function listSites(): Promise<Sites> {
  const [rules, { origins = [] }] = await Promise.all([
    automaticRulesItem.getValue(),
    browser.permissions.getAll(),
  ]);
  return { matches: origins.length > 0 ? Object.keys(rules).map(toMatch) : [], excludeMatches: [] };
}

/** Makes sure that pages of sites with such a rule report their pictures, and that no others do. */
export const watchAutomatic = (): Promise<void> => keepInPages(script, listSites);

export const findAutomaticRule = async (sender: {
  origin?: string;
  url?: string;
}): Promise<AutomaticRule | null> => (await automaticRulesItem.getValue())[hostOf(sender)] ?? null;

/** Each waits in the server's line, before what others press. */
const mostOpen = 3;

interface Reader {
  tab: { id: number };
  frameId: number;
  origin?: string;
  url?: string;
}

/** Starts what a page reports, in its order, as long as the rule of its site and the budget of the day allow it. */
export async function startPages(
  deps: RunDeps,
  elementIds: readonly string[],
  sender: Reader,
): Promise<PagesAnswer> {
  const { scale, creditsPerDay } = await readSettings();
  const isOpen = hasRoom(ofToday(await budgetItem.getValue()), creditsPerDay);
  if (!isOpen || (await findAutomaticRule(sender)) === null) return null;
  const frame = createPageFrame(sender.tab.id, sender.frameId);
  const settled: string[] = [];
  for (const elementId of elementIds) {
    const runs = (await listRuns()).filter(({ place }) => place?.tabId === sender.tab.id);
    if (runs.filter((run) => run.isAutomatic && !isEnded(run)).length >= mostOpen) break;
    try {
      const [picture] = await frame.ask({ kind: 'find', search: { by: 'element', elementId } });
      const known = runs.find(
        ({ place }) => place?.elementId === elementId && isOf(place, picture?.shownUrl),
      );
      if (!picture || known) settled.push(elementId);
      else
        await startOnPicture(
          deps,
          frame,
          picture,
          { ...upscaleBy(scale), isAutomatic: true },
          Promise.resolve(),
        );
    } catch (error) {
      // The picture has an open run of its own, or the page was left.
      if (!(error instanceof LocalProblem)) throw error;
    }
  }
  return settled;
}

const isOf = ({ srcUrl, isGone }: NonNullable<Run['place']>, shownUrl: string | undefined): boolean =>
  !isGone && srcUrl === shownUrl;

/** What nobody pressed for ends at once, at the server too. */
export async function cancelAutomatic(deps: RunDeps): Promise<void> {
  const runs = (await listRuns()).filter((run) => run.isAutomatic && !isEnded(run));
  await Promise.all(runs.map((run) => cancelRun(deps, run)));
}
