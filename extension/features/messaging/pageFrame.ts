import { type Browser, browser } from 'wxt/browser';
import { LocalProblem } from '../runs/problem.ts';
import { overlayScript, type PageAnswers, type PageQuestion, pageScript } from './protocol.ts';

/** A script that runs there already does nothing a second time. */
const inject = (target: Browser.scripting.InjectionTarget, ...files: string[]) =>
  browser.scripting.executeScript({ target, files, injectImmediately: true });

/** Longer than every time-out inside a page: a slower page hangs, in a dialog for example. */
const askTimeoutMs = 60_000;

/** One frame of a page with our script in it. */
export interface PageFrame {
  tabId: number;
  frameId: number;
  /** @throws LocalProblem `page-closed` when the page is gone, `page-silent` when it does not respond */
  ask<Question extends PageQuestion>(question: Question): Promise<PageAnswers[Question['kind']]>;
}

export function createPageFrame(tabId: number, frameId: number): PageFrame {
  return {
    tabId,
    frameId,
    async ask(question) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new LocalProblem('page-silent')), askTimeoutMs);
      });
      const send = () => browser.tabs.sendMessage(tabId, question, { frameId });
      const draw = async () => {
        const answer = await send();
        if (answer !== undefined) return answer;
        await inject({ tabId, frameIds: [frameId] }, overlayScript);
        return await send();
      };
      try {
        const isDrawn = question.kind === 'show' || question.kind === 'offer';
        return await Promise.race([isDrawn ? draw() : send(), silence]);
      } catch (error) {
        if (error instanceof LocalProblem) throw error;
        throw new LocalProblem('page-closed', { cause: error });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/**
 * Puts our script into one frame, or into all that the browser allows. What draws follows when something is to be shown;
 * in a frame that a person names it comes at once. @returns the frames that have it. @throws LocalProblem `page-refused`
 */
export async function enterPage(tabId: number, frameId?: number): Promise<PageFrame[]> {
  const target = frameId === undefined ? { tabId, allFrames: true } : { tabId, frameIds: [frameId] };
  try {
    const results = await inject(target, pageScript, ...(frameId === undefined ? [] : [overlayScript]));
    return results.map((result) => createPageFrame(tabId, result.frameId));
  } catch (error) {
    // The browser's own pages, its store, a PDF, or a site for which there is no permission.
    throw new LocalProblem('page-refused', { cause: error });
  }
}
