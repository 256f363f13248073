import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { texts } from './texts.ts';
import { emptyMaintenance, isMaintenance, type SettingValue } from './values.ts';

interface Props {
  value: SettingValue;
  problems: Readonly<Record<string, string>>;
  onChange(value: SettingValue): void;
}

/** While it is in force nothing new is accepted, and people read why. */
export function MaintenanceCard({ value, problems, onChange }: Props) {
  const maintenance = isMaintenance(value) ? value : undefined;
  const say = (language: 'en' | 'zh-CN', words: string) =>
    maintenance && onChange({ ...maintenance, message: { ...maintenance.message, [language]: words } });
  return (
    <Card title={texts.maintenance}>
      <div class="admin-form">
        <Switch
          spread
          label={texts.maintain}
          hint={texts.maintainHint}
          checked={maintenance !== undefined}
          onChange={(isOn) => onChange(isOn ? emptyMaintenance : null)}
        />
        {maintenance && (
          <>
            <Field label={texts.inEnglish} error={problems['MAINTENANCE/message/en']} required>
              <TextField value={maintenance.message.en} onChange={(words) => say('en', words)} />
            </Field>
            <Field label={texts.inChinese} error={problems['MAINTENANCE/message/zh-CN']} required>
              <TextField value={maintenance.message['zh-CN']} onChange={(words) => say('zh-CN', words)} />
            </Field>
            <Field label={texts.retry} error={problems['MAINTENANCE/retryAfterSeconds']}>
              <NumberField
                value={maintenance.retryAfterSeconds}
                unit={texts.seconds}
                onChange={(seconds) => onChange({ ...maintenance, retryAfterSeconds: seconds ?? 300 })}
              />
            </Field>
          </>
        )}
      </div>
    </Card>
  );
}
