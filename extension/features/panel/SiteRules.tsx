import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Trash2 } from 'lucide';
import { translate } from '../../i18n/translate.ts';
import {
  automaticRulesItem,
  readSettings,
  readSiteRules,
  type SiteRule,
  setAutomaticRule,
  setSiteRule,
  settingsItem,
  siteRulesItem,
} from '../session/settings.ts';
import { describeAutomaticRule } from './AutomaticRule.tsx';
import { useStored } from './useStored.ts';

const limitsPx = [600, 1_200];

const describeRule = (rule: SiteRule): string => {
  if (rule === 'never') return translate('ruleNever');
  return rule === 'every' ? translate('ruleEvery') : translate('ruleBelow', rule);
};

/** Whether pictures of the site have a button, and which ones. */
export function SiteRuleChoice({ host }: { host: string }) {
  const rules = useRules();
  const settings = useStored(settingsItem, readSettings);
  if (!rules || !settings) return null;
  const isEverywhere = settings.isButtonOnPictures;
  const rule = rules[host] ?? (isEverywhere ? 'every' : 'never');
  const change = (next: SiteRule) => {
    const isUsual = next === (isEverywhere ? 'every' : 'never');
    void setSiteRule(host, isUsual ? undefined : next);
  };
  return (
    <>
      <Switch
        spread
        label={translate('siteButton')}
        checked={rule !== 'never'}
        onChange={(isWanted) => change(isWanted ? 'every' : 'never')}
      />
      {rule !== 'never' && (
        <Segmented
          wide
          label={translate('ruleWhich')}
          options={(['every', ...limitsPx] as const).map((one) => ({
            value: String(one),
            label: describeRule(one),
          }))}
          value={String(rule)}
          onChange={(chosen) => change(chosen === 'every' ? chosen : Number(chosen))}
        />
      )}
    </>
  );
}

/** The sites that differ from the others; without its rules a site is as all of them. */
export function SiteRules() {
  const rules = useRules();
  const automatic = useStored(automaticRulesItem, () => automaticRulesItem.getValue());
  if (!rules || !automatic) return null;
  const lines = [
    ...Object.entries(rules).map(([host, rule]) => ({
      host,
      text: rule === 'never' ? describeRule(rule) : translate('ruleButton', describeRule(rule)),
      set: setSiteRule,
    })),
    ...Object.entries(automatic).map(([host, rule]) => ({
      host,
      text: translate('automaticRule', describeAutomaticRule(rule)),
      set: setAutomaticRule,
    })),
  ];
  if (lines.length === 0) return null;
  return (
    <ul class="site-rules" aria-label={translate('rulesTitle')} data-testid="site-rules">
      {lines
        .sort((one, other) => one.host.localeCompare(other.host))
        .map(({ host, text, set }) => (
          <li key={`${host} ${text}`} class="setting">
            <span>
              {host} <span class="sg-quiet sg-small">{text}</span>
            </span>
            <IconButton
              icon={Trash2}
              size="small"
              label={translate('ruleRemove', host)}
              onClick={() => void set(host, undefined)}
            />
          </li>
        ))}
    </ul>
  );
}

const useRules = () => useStored(siteRulesItem, readSiteRules);
