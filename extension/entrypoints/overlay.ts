import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { createPagePort } from '../features/messaging/pagePort.ts';
import type { PageAnswers, PageQuestion } from '../features/messaging/protocol.ts';
import { isAskedByBackground } from '../features/messaging/senders.ts';
import { createPictureOffer } from '../features/page/offerPictures.tsx';
import { createOverlay } from '../features/page/overlay/createOverlay.tsx';
import { forgetAsked } from '../features/page/overlay/receiveResult.ts';
import { enter, tellWhatIsOn } from '../features/page/pictures/world.ts';

type DrawnAnswer = PageAnswers['show' | 'offer' | 'withdraw'];

/** Injected into a frame that has something to show, beside the script that finds its pictures. */
export default defineUnlistedScript(() => {
  if (!enter('overlay')) return;

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
  tellWhatIsOn((picture) => {
    const runs = [...overlay.shown.values()].filter(({ element }) => element === picture);
    if (runs.length === 0) return undefined;
    return runs.every(({ isAway, result }) => isAway || result?.placing === 'changed') ? 'other' : 'own';
  });

  /** @returns undefined for what the other script answers */
  const answer = (question: PageQuestion): DrawnAnswer | undefined => {
    switch (question.kind) {
      case 'show': {
        const isShown = overlay.show(question.elementId, question.run);
        if (isShown) port.send({ kind: 'attach', runIds: overlay.listRunIds() });
        return isShown;
      }
      case 'offer':
        offer.open(question.elementIds);
        return true;
      case 'withdraw':
        offer.withdraw();
        return true;
      case 'expose':
      case 'unexpose':
        // The screen is pictured in between.
        overlay.setExposed(question.kind === 'expose');
    }
    return undefined;
  };
  browser.runtime.onMessage.addListener((question: PageQuestion, sender, respond) => {
    const answered = isAskedByBackground(sender) ? answer(question) : undefined;
    if (answered !== undefined) respond(answered);
    return undefined;
  });
});
