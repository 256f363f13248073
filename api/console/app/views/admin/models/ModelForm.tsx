import { useCallback, useState } from 'preact/hooks';
import type { AdminModelView } from '../../../../../contract/models/modelEntries.ts';
import { Switch } from '../../../../../ui/controls/Switch.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { NumberField } from '../../../../../ui/fields/NumberField.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { describeProblem, fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { problemsBelow } from '../parts/problemsBelow.ts';
import { texts } from './texts.ts';

interface Props {
  model: AdminModelView;
  onChanged(model: AdminModelView): void;
  onSaved(): void;
}

/** What administrators most often say of a model. What else was said of it stays. */
export function ModelForm({ model, onChanged, onSaved }: Props) {
  const { id, edited, fromFolder } = model;
  const [title, setTitle] = useState(edited.fields?.title ?? { en: '', 'zh-CN': '' });
  const [percent, setPercent] = useState(edited.fields?.pricePercent ?? undefined);
  const [isHidden, setHidden] = useState(model.fields.hidden ?? false);
  const save = useCallback(async () => {
    const said = {
      ...edited.fields,
      title: title.en === '' && title['zh-CN'] === '' ? null : title,
      pricePercent: percent ?? null,
      // What the folder hides is shown by saying so.
      hidden: isHidden || (fromFolder.fields?.hidden ? false : null),
    };
    try {
      const saved = await api.adminPutModel({ params: { id }, body: { ...said, version: edited.version } });
      onChanged(saved);
      tellSaved(saved, edited.fields, onChanged);
    } catch (error) {
      // Somebody else may have changed it: the next press goes by what is in force then.
      onChanged(await api.adminGetModel({ params: { id } }));
      throw error;
    }
    onSaved();
  }, [id, edited, fromFolder, title, percent, isHidden, onChanged, onSaved]);
  const posting = usePost(save);
  const names = problemsBelow(posting.error, 'title');
  const problems = fieldProblems(posting.error);
  return (
    <Card>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.save}
        fields={['title', 'pricePercent']}
        wide
      >
        <Field label={texts.english} error={names.en}>
          <TextField value={title.en} maxLength={100} onChange={(en) => setTitle({ ...title, en })} />
        </Field>
        <Field label={texts.chinese} hint={texts.nameHint} error={names['zh-CN']}>
          <TextField
            value={title['zh-CN']}
            maxLength={100}
            onChange={(zh) => setTitle({ ...title, 'zh-CN': zh })}
          />
        </Field>
        <Field label={texts.price} hint={texts.priceHint} error={problems.pricePercent}>
          <NumberField value={percent} unit="%" onChange={setPercent} />
        </Field>
        <Switch spread label={texts.hide} hint={texts.hideHint} checked={isHidden} onChange={setHidden} />
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
