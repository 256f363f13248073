import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import type { Account } from '../../session/storedAccount.ts';
import { readSettings, type Settings, settingsItem } from '../../settings/settings.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { useAccount } from '../useBackground.ts';
import { ShortcutLine } from './ShortcutLine.tsx';
import { SignInForm } from './SignInForm.tsx';

/** Account, sites and settings. */
export function OptionsPage() {
  const account = useAccount();
  const [isUntold, setUntold] = useState(false);
  return (
    <main>
      <h1>{translate('optionsTitle')}</h1>
      {account === null && isUntold && (
        <p class="bad" role="alert">
          {translate('signOutUntold')}
        </p>
      )}
      {account === null && <SignInForm />}
      {account && <SignedIn account={account} onSignOut={({ isRevoked }) => setUntold(!isRevoked)} />}
      <SitesSection />
      <SettingsSection />
    </main>
  );
}

interface SignedInProps {
  account: Account;
  onSignOut(outcome: { isRevoked: boolean }): void;
}

function SignedIn({ account, onSignOut }: SignedInProps) {
  const [problem, setProblem] = useState<ShownProblem>();
  const signOut = () => {
    background.signOut().then(onSignOut, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <section>
      <h2>{translate('accountTitle')}</h2>
      <p data-testid="account">
        {translate('signedInAs', account.user.username ?? translate('discordAccount'), account.baseUrl)}
      </p>
      <button type="button" onClick={signOut}>
        {translate('signOut')}
      </button>
      <ProblemLine problem={problem} />
    </section>
  );
}

const allSites = { origins: ['<all_urls>'] };

function SitesSection() {
  const [isAllowed, setAllowed] = useState<boolean>();
  useEffect(() => {
    const look = () => void browser.permissions.contains(allSites).then(setAllowed);
    look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, []);
  return (
    <section data-testid="sites">
      <h2>{translate('sitesTitle')}</h2>
      <p class="faint">{translate(isAllowed ? 'sitesAll' : 'sitesSome')}</p>
      <button
        type="button"
        onClick={() =>
          void (isAllowed ? browser.permissions.remove(allSites) : browser.permissions.request(allSites))
        }
      >
        {translate(isAllowed ? 'sitesWithdraw' : 'sitesAllow')}
      </button>
    </section>
  );
}

const svgSidesPx = [1_024, 2_048, 4_096];

function SettingsSection() {
  const [settings, setSettings] = useState<Settings>();
  useEffect(() => void readSettings().then(setSettings), []);
  // A change before the settings are loaded would reset all others.
  if (!settings) return null;
  const change = (part: Partial<Settings>) => {
    const next = { ...settings, ...part };
    setSettings(next);
    void settingsItem.setValue(next);
  };
  return (
    <section>
      <h2>{translate('settingsTitle')}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={settings.isMenuOnPages}
          onChange={(event) => change({ isMenuOnPages: event.currentTarget.checked })}
        />
        <span>{translate('settingMenuOnPages')}</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={settings.isButtonOnPictures}
          onChange={(event) => change({ isButtonOnPictures: event.currentTarget.checked })}
        />
        <span>{translate('settingButtonOnPictures')}</span>
      </label>
      <ShortcutLine />
      <label>
        <span>{translate('settingScale')}</span>
        <select
          value={settings.scale}
          onChange={({ currentTarget }) => change({ scale: currentTarget.value === '4' ? 4 : 2 })}
        >
          <option value="2">{translate('upscale2')}</option>
          <option value="4">{translate('upscale4')}</option>
        </select>
      </label>
      <label>
        <span>{translate('settingSvgSide')}</span>
        <select
          value={settings.svgLongestSidePx}
          onChange={(event) => change({ svgLongestSidePx: Number(event.currentTarget.value) })}
        >
          {svgSidesPx.map((side) => (
            <option key={side} value={side}>
              {side}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{translate('settingAskAbove')}</span>
        <input
          type="number"
          min="0"
          step="1"
          required
          value={settings.askAboveCredits}
          onChange={({ currentTarget }) =>
            currentTarget.checkValidity() && change({ askAboveCredits: currentTarget.valueAsNumber })
          }
        />
      </label>
    </section>
  );
}
