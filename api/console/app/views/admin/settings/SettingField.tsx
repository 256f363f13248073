import type { SettingsView } from '@star-graph/contract/platform/settings';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import type { LiveSettingName } from '@star-graph/workflows/shared/liveSettings';
import { choicesOf, nameChoice, settingNames } from './names.ts';
import { texts } from './texts.ts';
import { describeValue, listSettings, type SettingValue, writeLists } from './values.ts';

interface Props {
  name: LiveSettingName;
  setting: SettingsView['settings'][LiveSettingName];
  /** Undefined: as it is in force. */
  draft: SettingValue | undefined;
  error: string | undefined;
  onChange(value: SettingValue): void;
}

type ListSetting = (typeof listSettings)[number];

const isList = (name: LiveSettingName): name is ListSetting => listSettings.some((list) => list === name);

/** The shipped names of models are no words of the environment, and too many to repeat. */
const listHints: Record<ListSetting, (environment: string) => string> = {
  ENGINES: (environment) => `${texts.engineHint} ${environment}`,
  MODEL_ALIASES: () => texts.aliasHint,
};

/** One setting with a control of its kind, and what holds without it. */
export function SettingField({ name, setting, draft, error, onChange }: Props) {
  const isChanged = draft === undefined ? setting.source === 'changed' : draft !== null;
  const value = draft === undefined ? setting.value : (draft ?? setting.default);
  // Beside the value that it is, it would say the same twice.
  const hint = isChanged ? texts.environment(describeValue(setting.default)) : '';
  return (
    <Field
      label={settingNames[name]}
      class={isList(name) ? 'admin-wide' : undefined}
      hint={(isList(name) ? listHints[name](hint) : hint) || undefined}
      error={error}
      aside={
        isChanged && (
          <span class="admin-row">
            <Chip tone="accent">{texts.changed}</Chip>
            <Button
              size="small"
              look="quiet"
              aria-label={texts.backOf(settingNames[name])}
              onClick={() => onChange(null)}
            >
              {texts.back}
            </Button>
          </span>
        )
      }
    >
      <Control name={name} value={value} onChange={onChange} />
    </Field>
  );
}

function Control({ name, value, onChange }: Pick<Props, 'name' | 'onChange'> & { value: SettingValue }) {
  const options = choicesOf(name);
  if (options)
    return (
      <Segmented
        options={options.map((one) => ({ value: one, label: nameChoice(one) }))}
        value={options.find((one) => one === value)}
        onChange={onChange}
      />
    );
  if (isList(name))
    return <TextArea value={typeof value === 'string' ? value : writeLists(value)} onChange={onChange} />;
  return (
    <NumberField
      value={typeof value === 'number' ? value : undefined}
      onChange={(number) => onChange(number ?? null)}
    />
  );
}
