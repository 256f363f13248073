import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { type ButtonPress, hoverButtonEnd } from '../features/messaging/protocol.ts';
import { showHoverButtons } from '../features/page/hoverButtons.tsx';
import { addressOf } from '../features/page/pictures/findPictures.ts';
import { enter, leave, setHoverTarget } from '../features/page/pictures/world.ts';

const name = 'hoverButton';

/** Runs in pages of allowed sites where the person wants a button on pictures. */
export default defineUnlistedScript(() => {
  if (!enter(name)) return;

  const stop = showHoverButtons((picture, action, isSeen) => {
    setHoverTarget(picture);
    const press: ButtonPress = { kind: 'buttonPress', action, srcUrl: addressOf(picture), isSeen };
    // The extension was updated or removed while this script ran: the next page gets a new script.
    browser.runtime.sendMessage(press).catch(end);
  });
  const onNews = (news: { kind?: string }) => {
    if (news.kind === hoverButtonEnd) end();
  };
  function end(): void {
    stop();
    browser.runtime.onMessage.removeListener(onNews);
    leave(name);
  }
  browser.runtime.onMessage.addListener(onNews);
});
