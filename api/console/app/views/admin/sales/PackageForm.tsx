import type { CreditPackageView } from '@star-graph/contract/payments/packages';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useCallback, useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { problemsBelow } from '../problemsBelow.ts';
import { texts } from './texts.ts';

interface Props {
  made: CreditPackageView;
  /** Also after a refusal: somebody else may have changed it. */
  onEnded(): void;
  onSaved(): void;
}

export function PackageForm({ made, onEnded, onSaved }: Props) {
  const [draft, setDraft] = useState(made);
  const put = (change: Partial<CreditPackageView>) => setDraft((last) => ({ ...last, ...change }));
  const save = useCallback(async () => {
    const { id, changedAt: _, ...body } = draft;
    try {
      await api.adminPutPackage({ params: { id }, body });
    } finally {
      onEnded();
    }
    showToast({ tone: 'good', text: texts.saved });
    onSaved();
  }, [draft, onEnded, onSaved]);
  const posting = usePost(save);
  const names = problemsBelow(posting.error, 'name');
  const problems = fieldProblems(posting.error);
  return (
    <PostForm
      posting={posting}
      onSubmit={() => void posting.post()}
      submit={texts.save}
      fields={['name', 'credits', 'amount', 'currency']}
      wide
    >
      <Field label={texts.english} error={names.en} required>
        <TextField
          value={draft.name.en}
          maxLength={100}
          onChange={(en) => put({ name: { ...draft.name, en } })}
        />
      </Field>
      <Field label={texts.chinese} error={names['zh-CN']} required>
        <TextField
          value={draft.name['zh-CN']}
          maxLength={100}
          onChange={(zh) => put({ name: { ...draft.name, 'zh-CN': zh } })}
        />
      </Field>
      <Field label={texts.credits} error={problems.credits} required>
        <NumberField value={draft.credits} onChange={(credits) => put({ credits: credits ?? 0 })} />
      </Field>
      <Field label={texts.price} hint={texts.priceHint} error={problems.amount} required>
        <NumberField value={draft.amount} onChange={(amount) => put({ amount: amount ?? 0 })} />
      </Field>
      <Field label={texts.currency} error={problems.currency} required>
        <TextField
          value={draft.currency}
          maxLength={3}
          onChange={(currency) => put({ currency: currency.toUpperCase() })}
        />
      </Field>
      <Switch
        spread
        label={texts.sold}
        hint={texts.packageHint}
        checked={draft.active}
        onChange={(active) => put({ active })}
      />
    </PostForm>
  );
}
