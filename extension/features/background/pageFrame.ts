import { browser } from 'wxt/browser';
import { overlayScript, type PageAnswers, type PageQuestion } from '../page/protocol.ts';
import { LocalProblem } from '../problem.ts';

/** One frame of a page with our script in it. */
export interface PageFrame {
  tabId: number;
  frameId: number;
  /** @throws LocalProblem `page-closed` when the page has gone */
  ask<Question extends PageQuestion>(question: Question): Promise<PageAnswers[Question['kind']]>;
}

export function createPageFrame(tabId: number, frameId: number): PageFrame {
  return {
    tabId,
    frameId,
    async ask(question) {
      try {
        return await browser.tabs.sendMessage(tabId, question, { frameId });
      } catch (error) {
        throw new LocalProblem('page-closed', { cause: error });
      }
    },
  };
}

/**
 * Puts our script into one frame, or into all that the browser allows. A second time does nothing: the script looks for
 * itself. @returns the frames that have it. @throws LocalProblem `page-refused`
 */
export async function enterPage(tabId: number, frameId?: number): Promise<PageFrame[]> {
  const target = frameId === undefined ? { tabId, allFrames: true } : { tabId, frameIds: [frameId] };
  try {
    const results = await browser.scripting.executeScript({
      target,
      files: [overlayScript],
      injectImmediately: true,
    });
    return results.map((result) => createPageFrame(tabId, result.frameId));
  } catch (error) {
    // The browser's own pages, its store, a PDF, or a site for which there is no permission.
    throw new LocalProblem('page-refused', { cause: error });
  }
}
