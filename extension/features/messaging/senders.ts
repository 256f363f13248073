import { type Browser, browser } from 'wxt/browser';

type Sender = Browser.runtime.MessageSender;

/** One of our own pages: only these may use the account. */
export const isOwnPage = (sender: Sender): boolean =>
  sender.id === browser.runtime.id && (sender.url?.startsWith(browser.runtime.getURL('/')) ?? false);

/** Our script in a web page. It may act on the runs of its own frame only. */
export const isPageScript = (sender: Sender): sender is Sender & { tab: { id: number }; frameId: number } =>
  sender.id === browser.runtime.id &&
  sender.tab?.id !== undefined &&
  sender.frameId !== undefined &&
  !isOwnPage(sender);

/** To our scripts in pages: web pages cannot send messages there, and our other contexts have no reason to. */
export const isAskedByBackground = (sender: Sender): boolean =>
  sender.id === browser.runtime.id && sender.tab === undefined;
