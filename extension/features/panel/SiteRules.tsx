import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Trash2 } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../i18n/translate.ts';
import {
  readSettings,
  readSiteRules,
  type SiteRule,
  setSiteRule,
  siteRulesItem,
} from '../session/settings.ts';

const limitsPx = [600, 1_200];

const describeRule = (rule: SiteRule): string => {
  if (rule === 'never') return translate('ruleNever');
  return rule === 'every' ? translate('ruleEvery') : translate('ruleBelow', rule);
};

/** Whether pictures of the site have a button, and which ones. */
export function SiteRuleChoice({ host }: { host: string }) {
  const rules = useRules();
  const [isEverywhere, setEverywhere] = useState<boolean>();
  useEffect(
    () => void readSettings().then(({ isButtonOnPictures }) => setEverywhere(isButtonOnPictures)),
    [],
  );
  if (!rules || isEverywhere === undefined) return null;
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

/** The sites that differ from the others; without its rule a site is as all of them. */
export function SiteRules() {
  const rules = useRules();
  if (!rules || Object.keys(rules).length === 0) return null;
  return (
    <ul class="site-rules" aria-label={translate('rulesTitle')} data-testid="site-rules">
      {Object.entries(rules)
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([host, rule]) => (
          <li key={host} class="setting">
            <span>
              {host} <span class="sg-quiet sg-small">{describeRule(rule)}</span>
            </span>
            <IconButton
              icon={Trash2}
              size="small"
              label={translate('ruleRemove', host)}
              onClick={() => void setSiteRule(host, undefined)}
            />
          </li>
        ))}
    </ul>
  );
}

function useRules() {
  const [rules, setRules] = useState<Awaited<ReturnType<typeof readSiteRules>>>();
  useEffect(() => {
    const look = () => void readSiteRules().then(setRules);
    look();
    return siteRulesItem.watch(look);
  }, []);
  return rules;
}
