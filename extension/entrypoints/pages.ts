import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { type PagesAnswer, type PagesReport, pagesScript } from '../features/messaging/protocol.ts';
import { reportPages } from '../features/page/reportPages.ts';
import { runByRule } from '../features/page/runByRule.ts';
import type { AutomaticRule } from '../features/runs/work.ts';

/** Runs in pages of sites whose pictures are enlarged without a press. */
export default defineUnlistedScript(() =>
  runByRule<AutomaticRule>(pagesScript, (rule, end) =>
    reportPages(rule ?? 0, async (elementIds): Promise<PagesAnswer> => {
      const report: PagesReport = { kind: 'pagesReport', elementIds };
      try {
        return await browser.runtime.sendMessage(report);
      } catch {
        end();
        return null;
      }
    }),
  ),
);
