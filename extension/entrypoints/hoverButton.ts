import { browser } from 'wxt/browser';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { type ButtonPress, hoverButtonScript } from '../features/messaging/protocol.ts';
import { showHoverButtons } from '../features/page/hoverButtons.tsx';
import { addressOf } from '../features/page/pictures/findPictures.ts';
import { setHoverTarget } from '../features/page/pictures/world.ts';
import { runByRule } from '../features/page/runByRule.ts';

/** Runs in pages of allowed sites where the person wants a button on pictures. */
export default defineUnlistedScript(() =>
  runByRule<number>(hoverButtonScript, (belowPx, end) => {
    const onPress: Parameters<typeof showHoverButtons>[0] = (picture, action, isSeen) => {
      setHoverTarget(picture);
      const press: ButtonPress = { kind: 'buttonPress', action, srcUrl: addressOf(picture), isSeen };
      browser.runtime.sendMessage(press).catch(end);
    };
    return showHoverButtons(onPress, belowPx ?? Number.POSITIVE_INFINITY);
  }),
);
