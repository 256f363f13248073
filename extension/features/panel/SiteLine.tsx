import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Shield, ShieldCheck } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import { SiteRuleChoice } from './SiteRules.tsx';

/** The site of the active tab: whether its pictures may always be read, and a switch to change that. */
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
  return (
    <div class="site" data-testid="site">
      {isAllowed ? (
        <>
          <p class="site-line sg-small">
            <Icon icon={ShieldCheck} />
            <span>{translate('siteAllowed', host)}</span>
          </p>
          <SiteRuleChoice host={host} />
        </>
      ) : (
        // The browser accepts the user gesture only if nothing is awaited before the request.
        <Button wide icon={Shield} onClick={() => void browser.permissions.request(originsOf(host))}>
          {translate('siteAllow', host)}
        </Button>
      )}
    </div>
  );
}

const originsOf = (host: string) => ({ origins: [`*://${host}/*`] });

/** Undefined on pages without a site, and on pages that the toolbar button did not give access to. */
async function findHost(): Promise<string | undefined> {
  const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
  const url = URL.parse(tab?.url ?? '');
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.hostname : undefined;
}
