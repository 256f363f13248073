import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../ui/translate.ts';

/** The site of the page in front: whether its pictures may always be read, and the way to say so or take it back. */
export function SiteLine() {
  const [host, setHost] = useState<string>();
  const [isAllowed, setAllowed] = useState<boolean>();
  useEffect(() => void findHost().then(setHost), []);
  useEffect(() => {
    if (host === undefined) return;
    const look = () => void browser.permissions.contains(originsOf(host)).then(setAllowed);
    look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, [host]);
  if (host === undefined || isAllowed === undefined) return null;
  if (isAllowed)
    return (
      <p class="small good" data-testid="site">
        {translate('siteAllowed', host)}
      </p>
    );
  return (
    <p data-testid="site">
      {/* The browser believes in a press only if nothing is waited for before it is asked. */}
      <button type="button" onClick={() => void browser.permissions.request(originsOf(host))}>
        {translate('siteAllow', host)}
      </button>
    </p>
  );
}

const originsOf = (host: string) => ({ origins: [`*://${host}/*`] });

/** Undefined on pages that have no site, and on those that the press on our button did not open to us. */
async function findHost(): Promise<string | undefined> {
  const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
  const url = URL.parse(tab?.url ?? '');
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.hostname : undefined;
}
