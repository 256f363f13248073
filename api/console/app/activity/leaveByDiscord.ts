import type { DiscordSDK } from '@discord/embedded-app-sdk';

/** What a session of the Activity can do something at; the rest opens in a browser, where people sign in themselves. */
const insidePaths = /^\/(?:$|create|canvas|gallery|collections|wall)(?:\/|$)?/;

/**
 * Has links that lead out of the Activity opened by Discord, which asks the person; Discord's frame lets no page open
 * a window or save a file.
 * @returns what leads out.
 */
export function leaveByDiscord(sdk: DiscordSDK, publicUrl: string): (url: string) => void {
  const leave = (url: string): void => {
    const target = new URL(url, location.origin);
    if (target.origin === location.origin) target.href = publicUrl + target.pathname + target.search;
    sdk.commands.openExternalLink({ url: target.href }).catch((error: unknown) => {
      console.warn('Discord did not open the link', error);
    });
  };
  const leads = (link: HTMLAnchorElement): boolean => {
    const { origin, pathname, protocol } = new URL(link.href, location.origin);
    if (protocol === 'blob:' || protocol === 'data:') return false;
    return origin !== location.origin || !insidePaths.test(pathname) || link.target === '_blank';
  };
  // Before the router, which would take the link for one of its own.
  document.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (!link?.hasAttribute('href') || !leads(link)) return;
      event.preventDefault();
      event.stopPropagation();
      leave(link.href);
    },
    { capture: true },
  );
  // A file is saved by a link that is on no page, whose press nobody hears.
  const press = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function click(this: HTMLAnchorElement) {
    if (!this.isConnected && leads(this)) leave(this.href);
    else press.call(this);
  };
  return leave;
}
