import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { type ButtonPress, hoverButtonEnd } from '../features/messaging/protocol.ts';
import { showHoverButtons } from '../features/page/hoverButtons.tsx';
import { addressOf } from '../features/page/pictures/findPictures.ts';
import { setHoverTarget } from '../features/page/pictures/hoverTarget.ts';

const marker = 'starGraphHoverButton';

/** Runs in pages of allowed sites where the person wants a button on pictures. */
export default defineUnlistedScript(() => {
  const world = globalThis as typeof globalThis & { [marker]?: true };
  if (world[marker]) return;
  world[marker] = true;

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
    delete world[marker];
  }
  browser.runtime.onMessage.addListener(onNews);
});
