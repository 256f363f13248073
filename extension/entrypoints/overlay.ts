import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { createBackgroundPort } from '../features/page/backgroundPort.ts';
import { createStage } from '../features/page/createStage.tsx';
import { findPictures } from '../features/page/findPictures.ts';
import { tellTaken } from '../features/page/hoverTarget.ts';
import { rememberMenuTarget } from '../features/page/menuTarget.ts';
import { createPictureOffer, type PictureOffer } from '../features/page/offerPictures.tsx';
import type { PageAnswers, PageQuestion } from '../features/page/protocol.ts';
import { drawHere, exposeHere, rasteriseHere, readHere } from '../features/page/readPicture.ts';
import { forgetAsked } from '../features/page/receiveResult.ts';
import type { Stage } from '../features/page/stage.ts';

const marker = 'starGraphOverlay';

/** Comes into a frame when the person asks for something there, and stays silent otherwise. */
export default defineUnlistedScript(() => {
  const world = globalThis as typeof globalThis & { [marker]?: true };
  if (world[marker]) return;
  world[marker] = true;
  rememberMenuTarget();

  const port = createBackgroundPort({
    onNews: (news) => (news.kind === 'connection' ? stage.setConnection(news.state) : void stage.take(news)),
    onBreak() {
      forgetAsked(stage);
      stage.setConnection('connecting');
    },
    listRunIds: () => stage.listRunIds(),
  });
  const stage = createStage(port.send);
  const offer = createPictureOffer(port.send);
  tellTaken((picture) => [...stage.shown.values()].some(({ element }) => element === picture));
  browser.runtime.onMessage.addListener((question: PageQuestion, sender, respond) => {
    // Pages cannot send here, but other scripts of the extension's own pages have no reason to.
    if (sender.id !== browser.runtime.id || sender.tab !== undefined) return undefined;
    void answer(stage, offer, question, port.send).then(respond);
    return true;
  });
});

async function answer(
  stage: Stage,
  offer: PictureOffer,
  question: PageQuestion,
  send: Stage['send'],
): Promise<PageAnswers[PageQuestion['kind']]> {
  switch (question.kind) {
    case 'find':
      return findPictures(question.search);
    case 'show': {
      const isShown = stage.show(question.elementId, question.run);
      if (isShown) send({ kind: 'attach', runIds: stage.listRunIds() });
      return isShown;
    }
    case 'offer':
      return offer.open();
    case 'withdraw':
      offer.withdraw();
      return true;
    case 'read':
      return await readHere(question.url);
    case 'draw':
      return await drawHere(question.elementId);
    case 'rasterise':
      return await rasteriseHere(question.svg, question.longestSidePx);
    case 'expose':
      stage.setExposed(true);
      return await exposeHere(question.elementId);
    case 'unexpose':
      stage.setExposed(false);
      return true;
  }
}
