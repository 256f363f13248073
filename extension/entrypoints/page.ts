import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import type { PageAnswers, PageQuestion } from '../features/messaging/protocol.ts';
import { isAskedByBackground } from '../features/messaging/senders.ts';
import { findPictures } from '../features/page/pictures/findPictures.ts';
import { rememberMenuTarget } from '../features/page/pictures/menuTarget.ts';
import { drawHere, exposeHere, rasteriseHere, readHere } from '../features/page/pictures/readPicture.ts';
import { enter } from '../features/page/pictures/world.ts';

/** Injected into a frame when the person asks for something there: finds and reads its pictures, and shows nothing. */
export default defineUnlistedScript(() => {
  if (!enter('page')) return;
  rememberMenuTarget();
  browser.runtime.onMessage.addListener((question: PageQuestion, sender, respond) => {
    if (!isAskedByBackground(sender) || !Object.hasOwn(answers, question.kind)) return undefined;
    const answer = answers[question.kind as ReadQuestion['kind']] as (asked: PageQuestion) => unknown;
    void Promise.resolve(answer(question)).then(respond);
    return true;
  });
});

type ReadQuestion = Extract<PageQuestion, { kind: 'find' | 'read' | 'draw' | 'rasterise' | 'expose' }>;

const answers: {
  [Kind in ReadQuestion['kind']]: (
    question: Extract<PageQuestion, { kind: Kind }>,
  ) => PageAnswers[Kind] | Promise<PageAnswers[Kind]>;
} = {
  find: ({ search }) => findPictures(search),
  read: ({ url, maxBytes }) => readHere(url, maxBytes),
  draw: ({ elementId }) => drawHere(elementId),
  rasterise: ({ svg, longestSidePx }) => rasteriseHere(svg, longestSidePx),
  expose: ({ elementId }) => exposeHere(elementId),
};
