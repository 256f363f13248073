import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { type ButtonPress, type ButtonQuestion, hoverButtonEnd } from '../features/messaging/protocol.ts';
import { showHoverButtons } from '../features/page/hoverButtons.tsx';
import { addressOf } from '../features/page/pictures/findPictures.ts';
import { enter, leave, setHoverTarget } from '../features/page/pictures/world.ts';

const name = 'hoverButton';

/** Runs in pages of allowed sites where the person wants a button on pictures. */
export default defineUnlistedScript(() => {
  if (!enter(name)) return;

  let stop: (() => void) | undefined;
  let isOver = false;
  const onPress: Parameters<typeof showHoverButtons>[0] = (picture, action, isSeen) => {
    setHoverTarget(picture);
    const press: ButtonPress = { kind: 'buttonPress', action, srcUrl: addressOf(picture), isSeen };
    // The extension was updated or removed while this script ran: the next page gets a new script.
    browser.runtime.sendMessage(press).catch(end);
  };
  const question: ButtonQuestion = { kind: 'buttonQuestion' };
  browser.runtime.sendMessage(question).then((belowPx: number | null) => {
    if (!isOver) stop = showHoverButtons(onPress, belowPx ?? Number.POSITIVE_INFINITY);
  }, end);
  const onNews = (news: { kind?: string }) => {
    if (news.kind === hoverButtonEnd) end();
  };
  function end(): void {
    isOver = true;
    stop?.();
    browser.runtime.onMessage.removeListener(onNews);
    leave(name);
  }
  browser.runtime.onMessage.addListener(onNews);
});
