import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../i18n/translate.ts';
import { readSettings, type Settings, settingsItem } from '../session/settings.ts';
import { ShortcutLine } from './ShortcutLine.tsx';

const svgSidesPx = [1_024, 2_048, 4_096];

/** What this browser does, on which sites, its keys, and what forms and shortcuts begin with. */
export function SettingsSections({ sites }: { sites: ComponentChildren }) {
  const [settings, setSettings] = useState<Settings>();
  useEffect(() => void readSettings().then(setSettings), []);
  // A change before the settings are loaded would reset all others.
  if (!settings) return sites;
  const change = (part: Partial<Settings>) => {
    const next = { ...settings, ...part };
    setSettings(next);
    void settingsItem.setValue(next);
  };
  return (
    <>
      <Card title={translate('browserTitle')}>
        <Switch
          spread
          label={translate('settingMenuOnPages')}
          hint={translate('settingMenuOnPagesHint')}
          checked={settings.isMenuOnPages}
          onChange={(isMenuOnPages) => change({ isMenuOnPages })}
        />
        <Switch
          spread
          label={translate('settingButtonOnPictures')}
          hint={translate('settingButtonOnPicturesHint')}
          checked={settings.isButtonOnPictures}
          onChange={(isButtonOnPictures) => change({ isButtonOnPictures })}
        />
      </Card>
      {sites}
      <Card title={translate('shortcutsTitle')}>
        <ShortcutLine />
      </Card>
      <Card title={translate('defaultsTitle')}>
        <Field label={translate('settingScale')}>
          <Segmented
            options={[
              { value: '2', label: translate('upscale2') },
              { value: '4', label: translate('upscale4') },
            ]}
            value={settings.scale === 4 ? '4' : '2'}
            onChange={(scale) => change({ scale: scale === '4' ? 4 : 2 })}
          />
        </Field>
        <Field label={translate('settingAskAbove')}>
          <NumberField
            min={0}
            value={settings.askAboveCredits}
            onChange={(askAboveCredits) => askAboveCredits !== undefined && change({ askAboveCredits })}
          />
        </Field>
        <Field label={translate('settingCreditsPerDay')}>
          <NumberField
            min={0}
            value={settings.creditsPerDay}
            onChange={(creditsPerDay) => creditsPerDay !== undefined && change({ creditsPerDay })}
          />
        </Field>
        <Field label={translate('settingSvgSide')}>
          <Segmented
            options={svgSidesPx.map((side) => ({ value: String(side), label: formatNumber(side) }))}
            value={String(settings.svgLongestSidePx)}
            onChange={(side) => change({ svgLongestSidePx: Number(side) })}
          />
        </Field>
      </Card>
    </>
  );
}
