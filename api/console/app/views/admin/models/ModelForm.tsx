import type { AdminModelView } from '@star-graph/contract/catalogue/modelEntries';
import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { modelFamilies } from '@star-graph/workflows/models/modelFamilies';
import { useCallback, useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { describeProblem, fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { nameRole } from '../people/texts.ts';
import { problemsBelow } from '../problemsBelow.ts';
import { allRoles, type ModelDraft, readDraft, toEntry } from './modelDraft.ts';
import { SampleField } from './SampleField.tsx';
import { nameFamily, texts } from './texts.ts';

interface Props {
  model: AdminModelView;
  onChanged(model: AdminModelView): void;
  onSaved(): void;
}

const fields = ['title', 'family', 'licence', 'sample', 'triggerWords', 'roles', 'pricePercent'] as const;

/** What administrators say of a model. What they leave empty is as the folder or the platform says. */
export function ModelForm({ model, onChanged, onSaved }: Props) {
  const { id, edited } = model;
  const [draft, setDraft] = useState(() => readDraft(model));
  const put = (change: Partial<ModelDraft>) => setDraft((last) => ({ ...last, ...change }));
  const save = useCallback(async () => {
    try {
      const body = { ...toEntry(model, draft), version: edited.version };
      const saved = await api.adminPutModel({ params: { id }, body });
      onChanged(saved);
      tellSaved(saved, edited.fields, onChanged);
    } catch (error) {
      // Somebody else may have changed it: the next press goes by what is in force then.
      onChanged(await api.adminGetModel({ params: { id } }));
      throw error;
    }
    onSaved();
  }, [id, edited, model, draft, onChanged, onSaved]);
  const posting = usePost(save);
  const names = problemsBelow(posting.error, 'title');
  const problems = fieldProblems(posting.error);
  return (
    <Card title={texts.said}>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.save}
        fields={fields}
        wide
      >
        <Field label={texts.english} error={names.en}>
          <TextField value={draft.en} maxLength={100} onChange={(en) => put({ en })} />
        </Field>
        <Field label={texts.chinese} hint={texts.nameHint} error={names['zh-CN']}>
          <TextField value={draft.zh} maxLength={100} onChange={(zh) => put({ zh })} />
        </Field>
        <FamilyField
          model={model}
          value={draft.family}
          error={problems.family}
          onChange={(family) => put({ family })}
        />
        <SampleField
          value={draft.sample}
          shownUrl={model.sampleUrl}
          error={problems.sample}
          onChange={(sample) => put({ sample })}
        />
        <LicenceFields model={model} draft={draft} error={posting.error} onChange={put} />
        <Field label={texts.words} hint={texts.wordsHint} error={problems.triggerWords}>
          <TextField value={draft.words} onChange={(words) => put({ words })} />
        </Field>
        <fieldset class="admin-roles">
          <legend class="sg-field-label">{texts.roles}</legend>
          {allRoles.map((role) => (
            <Checkbox
              key={role}
              label={nameRole(role)}
              checked={draft.roles.includes(role)}
              onChange={(isAllowed) =>
                put({
                  roles: allRoles.filter((one) => (one === role ? isAllowed : draft.roles.includes(one))),
                })
              }
            />
          ))}
          {problems.roles && <p class="post-failure">{problems.roles}</p>}
        </fieldset>
        <Field label={texts.price} hint={texts.priceHint} error={problems.pricePercent}>
          <NumberField value={draft.percent} unit="%" onChange={(percent) => put({ percent })} />
        </Field>
        <Switch
          spread
          label={texts.hide}
          hint={texts.hideHint}
          checked={draft.isHidden}
          onChange={(isHidden) => put({ isHidden })}
        />
      </PostForm>
    </Card>
  );
}

function tellSaved(
  { id, edited }: AdminModelView,
  before: AdminModelView['edited']['fields'],
  onChanged: Props['onChanged'],
): void {
  const undo = async () => {
    try {
      onChanged(await api.adminPutModel({ params: { id }, body: { ...before, version: edited.version } }));
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    }
  };
  showToast({ tone: 'good', text: texts.saved, action: { label: texts.undo, onAction: () => void undo() } });
}

interface FamilyFieldProps {
  model: AdminModelView;
  value: ModelDraft['family'];
  error: string | undefined;
  onChange(family: ModelDraft['family']): void;
}

const asFound = '';

/** Corrects what the file or its name says. */
const FamilyField = ({ model, value, error, onChange }: FamilyFieldProps) => (
  <Field
    label={texts.family}
    hint={model.family ? texts[`by-${model.family.source}`] : texts.noFamily}
    error={error}
  >
    <Select
      options={[
        { value: asFound, label: texts.asFound },
        ...modelFamilies.map((family) => ({ value: family, label: nameFamily(family) })),
      ]}
      value={value ?? asFound}
      onChange={(family) => onChange(modelFamilies.find((one) => one === family) ?? null)}
    />
  </Field>
);

interface LicenceFieldsProps {
  model: AdminModelView;
  draft: ModelDraft;
  error: unknown;
  onChange(change: Partial<ModelDraft>): void;
}

function LicenceFields({ model, draft, error, onChange }: LicenceFieldsProps) {
  const problems = problemsBelow(error, 'licence');
  return (
    <>
      <Field label={texts.licence} hint={texts.licenceHint} error={problems.name}>
        <TextField
          value={draft.licence}
          maxLength={200}
          placeholder={model.fields.licence?.name ?? ''}
          onChange={(licence) => onChange({ licence })}
        />
      </Field>
      {draft.licence.trim() !== '' && (
        <>
          <Field label={texts.licenceUrl} error={problems.url}>
            <TextField
              type="url"
              value={draft.licenceUrl}
              maxLength={500}
              onChange={(licenceUrl) => onChange({ licenceUrl })}
            />
          </Field>
          <Field label={texts.mayBeSold}>
            <Segmented
              wide
              options={(['yes', 'no', 'unknown'] as const).map((value) => ({
                value,
                label: texts[`sold-${value}`],
              }))}
              value={draft.mayBeSold}
              onChange={(mayBeSold) => onChange({ mayBeSold })}
            />
          </Field>
        </>
      )}
    </>
  );
}
