import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { createPagePort } from '../features/messaging/pagePort.ts';
import type { PageAnswers, PageQuestion } from '../features/messaging/protocol.ts';
import { createPictureOffer, type PictureOffer } from '../features/page/offerPictures.tsx';
import { createOverlay } from '../features/page/overlay/createOverlay.tsx';
import type { Overlay } from '../features/page/overlay/overlay.ts';
import { forgetAsked } from '../features/page/overlay/receiveResult.ts';
import { findPictures } from '../features/page/pictures/findPictures.ts';
import { tellTaken } from '../features/page/pictures/hoverTarget.ts';
import { rememberMenuTarget } from '../features/page/pictures/menuTarget.ts';
import { drawHere, exposeHere, rasteriseHere, readHere } from '../features/page/pictures/readPicture.ts';

const marker = 'starGraphOverlay';

/** Injected into a frame when the person asks for something there; does nothing otherwise. */
export default defineUnlistedScript(() => {
  const world = globalThis as typeof globalThis & { [marker]?: true };
  if (world[marker]) return;
  world[marker] = true;
  rememberMenuTarget();

  const port = createPagePort({
    onNews: (news) =>
      news.kind === 'connection' ? overlay.setConnection(news.state) : void overlay.take(news),
    onBreak() {
      forgetAsked(overlay);
      overlay.setConnection('connecting');
    },
    listRunIds: () => overlay.listRunIds(),
  });
  const overlay = createOverlay(port.send);
  const offer = createPictureOffer(port.send);
  tellTaken((picture) => [...overlay.shown.values()].some(({ element }) => element === picture));
  browser.runtime.onMessage.addListener((question: PageQuestion, sender, respond) => {
    // Web pages cannot send messages here. Other extension contexts have no reason to.
    if (sender.id !== browser.runtime.id || sender.tab !== undefined) return undefined;
    void answer(overlay, offer, question, port.send).then(respond);
    return true;
  });
});

async function answer(
  overlay: Overlay,
  offer: PictureOffer,
  question: PageQuestion,
  send: Overlay['send'],
): Promise<PageAnswers[PageQuestion['kind']]> {
  switch (question.kind) {
    case 'find':
      return findPictures(question.search);
    case 'show': {
      const isShown = overlay.show(question.elementId, question.run);
      if (isShown) send({ kind: 'attach', runIds: overlay.listRunIds() });
      return isShown;
    }
    case 'offer':
      return offer.open();
    case 'withdraw':
      offer.withdraw();
      return true;
    case 'read':
      return await readHere(question.url, question.maxBytes);
    case 'draw':
      return await drawHere(question.elementId);
    case 'rasterise':
      return await rasteriseHere(question.svg, question.longestSidePx);
    case 'expose':
      overlay.setExposed(true);
      return await exposeHere(question.elementId);
    case 'unexpose':
      overlay.setExposed(false);
      return true;
  }
}
