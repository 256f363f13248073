import type { SettingsView } from '@star-graph/contract/platform/settings';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import type { LiveSettingName } from '@star-graph/workflows/shared/liveSettings';
import { useCallback, useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { describeProblem, isProblem } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { problemsBelow } from '../problemsBelow.ts';
import { settingGroups } from './names.ts';
import { SettingField } from './SettingField.tsx';
import { texts } from './texts.ts';
import { type Drafts, emptyMaintenance, isMaintenance, type SettingValue, toSend } from './values.ts';

interface Props {
  settings: SettingsView;
  onSaved(settings: SettingsView): void;
}

/** All that can be changed while the platform runs; saved together, or not at all. */
export function SettingsForm({ settings, onSaved }: Props) {
  const [drafts, setDrafts] = useState<Drafts>({});
  const save = useCallback(async () => {
    try {
      const body = { version: settings.version, values: toSend(drafts) };
      const saved = await api.adminPatchSettings({ body });
      setDrafts({});
      onSaved(saved);
      tellSaved(saved.version, settings.version, onSaved);
    } catch (error) {
      // What is typed stays, beside what is in force now.
      if (isMeanwhile(error)) onSaved(await api.adminGetSettings({}));
      throw error;
    }
  }, [settings.version, drafts, onSaved]);
  const { post, isBusy, error } = usePost(save);
  const problems = problemsBelow(error, 'values');
  const change = (name: LiveSettingName, value: SettingValue) =>
    setDrafts((last) => ({ ...last, [name]: value }));
  const { MAINTENANCE } = settings.settings;
  const count = Object.keys(drafts).length;
  return (
    <form
      class="admin-stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void post();
      }}
    >
      {settingGroups.map(({ title, names }) => (
        <Card key={names[0]} title={title()}>
          <div class="admin-settings">
            {names.map((name) => (
              <SettingField
                key={name}
                name={name}
                setting={settings.settings[name]}
                draft={drafts[name]}
                error={findProblem(problems, name)}
                onChange={(value) => change(name, value)}
              />
            ))}
          </div>
        </Card>
      ))}
      <MaintenanceCard
        value={drafts.MAINTENANCE === undefined ? MAINTENANCE.value : drafts.MAINTENANCE}
        problems={problems}
        onChange={(value) => change('MAINTENANCE', value)}
      />
      {isMeanwhile(error) ? (
        <p class="post-failure" role="alert">
          {texts.meanwhile}
        </p>
      ) : (
        Object.keys(problems).length === 0 && <PostFailure error={error} />
      )}
      {count > 0 && (
        <div class="admin-row admin-save">
          <span>{texts.unsaved(count)}</span>
          <Button onClick={() => setDrafts({})}>{texts.drop}</Button>
          <Button type="submit" look="primary" busy={isBusy}>
            {texts.save}
          </Button>
        </div>
      )}
    </form>
  );
}

const isMeanwhile = (error: unknown): boolean => isProblem(error, 'changed-meanwhile');

/** Engines have theirs deeper down. */
const findProblem = (problems: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(problems).find(([way]) => way === name || way.startsWith(`${name}/`))?.[1];

function tellSaved(version: number, to: number, onSaved: Props['onSaved']): void {
  const undo = async () => {
    try {
      onSaved(await api.adminRevertSettings({ body: { version, to } }));
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    }
  };
  showToast({ tone: 'good', text: texts.saved, action: { label: texts.undo, onAction: () => void undo() } });
}

interface MaintenanceCardProps {
  value: SettingValue;
  problems: Readonly<Record<string, string>>;
  onChange(value: SettingValue): void;
}

/** While it is in force nothing new is accepted, and people read why. */
function MaintenanceCard({ value, problems, onChange }: MaintenanceCardProps) {
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
