import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Shield, ShieldCheck } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import { AutomaticRuleChoice } from './AutomaticRule.tsx';
import { SiteRuleChoice } from './SiteRules.tsx';

/** The site of the active tab: whether its pictures may always be read, and a switch to change that. */
export function SiteLine() {
  const [site, setSite] = useState<Site>();
  const { host, tabId = -1 } = site ?? {};
  const [isAllowed, setAllowed] = useState<boolean>();
  useEffect(() => void findSite().then(setSite), []);
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
          <AutomaticRuleChoice host={host} tabId={tabId} />
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

interface Site {
  host: string;
  tabId: number | undefined;
}

/** Undefined on pages without a site, and on pages that the toolbar button did not give access to. */
async function findSite(): Promise<Site | undefined> {
  const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
  const url = URL.parse(tab?.url ?? '');
  const isSite = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isSite ? { host: url.hostname, tabId: tab?.id } : undefined;
}
