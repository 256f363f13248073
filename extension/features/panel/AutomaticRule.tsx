import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { Pause, Play } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { describeCredits } from '../../i18n/describeCount.ts';
import { translate } from '../../i18n/translate.ts';
import type { AutomaticRule } from '../runs/work.ts';
import { type Budget, budgetItem, hasRoom, ofToday, setStopped, spentOf } from '../session/budget.ts';
import { automaticRulesItem, readSettings, setAutomaticRule, settingsItem } from '../session/settings.ts';
import { ProblemLine } from './ProblemLine.tsx';
import { useStored } from './useStored.ts';

const limitsPx = [600, 1_200];

export const describeAutomaticRule = (rule: AutomaticRule): string =>
  rule === 'series' ? translate('automaticSeries') : translate('automaticBelow', rule);

/** Whether pictures of the site are enlarged without a press, and which ones. */
export function AutomaticRuleChoice({ host, tabId }: { host: string; tabId: number }) {
  const rules = useStored(automaticRulesItem, () => automaticRulesItem.getValue());
  const origins = useClosedOrigins(tabId);
  if (!rules) return null;
  const rule = rules[host];
  const choose = async (chosen: string) => {
    // The browser accepts the user gesture only if nothing is awaited before the request.
    if (chosen !== 'off' && origins.length > 0) await browser.permissions.request({ origins });
    const next = chosen === 'series' ? chosen : Number(chosen);
    await setAutomaticRule(host, chosen === 'off' ? undefined : next);
  };
  return (
    <Field
      label={translate('automaticTitle')}
      hint={rule === undefined ? undefined : translate('automaticHint')}
    >
      <Select
        value={rule === undefined ? 'off' : String(rule)}
        onChange={(chosen) => void choose(chosen)}
        options={[
          { value: 'off', label: translate('automaticOff') },
          ...(['series', ...limitsPx] as const).map((one) => ({
            value: String(one),
            label: describeAutomaticRule(one),
          })),
        ]}
      />
    </Field>
  );
}

/** Where the page has its pictures, as far as they cannot be read yet. */
function useClosedOrigins(tabId: number): string[] {
  const [origins, setOrigins] = useState<string[]>([]);
  useEffect(() => void listClosedOrigins(tabId).then(setOrigins), [tabId]);
  return origins;
}

async function listClosedOrigins(tabId: number): Promise<string[]> {
  const func = () => [...document.images].map(({ currentSrc }) => currentSrc);
  const [shown] = await browser.scripting.executeScript({ target: { tabId }, func }).catch(() => []);
  const urls = (shown?.result ?? []).map((address) => URL.parse(address));
  const hosts = urls.flatMap((url) => (url && /^https?:$/.test(url.protocol) ? [url.hostname] : []));
  const origins = [...new Set(hosts)].map((host) => `*://${host}/*`);
  const isOpen = await Promise.all(
    origins.map((origin) => browser.permissions.contains({ origins: [origin] })),
  );
  return origins.filter((_, index) => !isOpen[index]);
}

/** What was spent today without a press, and the way to stop that at once. Absent where no site has such a rule. */
export function BudgetLine() {
  const rules = useStored(automaticRulesItem, () => automaticRulesItem.getValue());
  const budget = useStored<Budget>(budgetItem, async () => ofToday(await budgetItem.getValue()));
  const settings = useStored(settingsItem, readSettings);
  if (!rules || !budget || !settings) return null;
  if (Object.keys(rules).length === 0 && spentOf(budget) === 0) return null;
  const { isStopped = false, problem } = budget;
  const isUsedUp = !isStopped && !hasRoom(budget, settings.creditsPerDay);
  return (
    <>
      <section class="budget" data-testid="budget">
        <p class="sg-small" role="status">
          {translate('automaticSpent', spentOf(budget), describeCredits(settings.creditsPerDay))}
          {isUsedUp && ` ${translate('automaticUsedUp')}`}
          {isStopped && ` ${translate('automaticStopped')}`}
        </p>
        <Button size="small" icon={isStopped ? Play : Pause} onClick={() => void setStopped(!isStopped)}>
          {translate(isStopped ? 'automaticGoOn' : 'automaticStop')}
        </Button>
      </section>
      {isStopped && <ProblemLine problem={problem} />}
    </>
  );
}
