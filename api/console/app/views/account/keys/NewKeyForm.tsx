import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import { useCallback, useState } from 'preact/hooks';
import type { CreatedApiKeyView } from '../../../../../contract/users/apiKeys.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Segmented } from '../../../../../ui/controls/Segmented.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { Select } from '../../../../../ui/fields/Select.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { PostFailure } from '../parts/PostFailure.tsx';
import { texts } from './texts.ts';

/** What people want of a key, as scopes; all that the person may has none. */
const purposes = {
  all: undefined,
  create: ['tasks:read', 'tasks:write', 'assets'],
  read: ['tasks:read', 'account:read'],
} as const satisfies Record<string, readonly KeyScope[] | undefined>;
type Purpose = keyof typeof purposes;
const allPurposes: readonly Purpose[] = ['all', 'create', 'read'];
const hints = { all: 'allHint', create: 'createHint', read: 'readHint' } as const;

const lives = ['never', '30', '90', '365'] as const;
type Life = (typeof lives)[number];

interface Props {
  onMade(key: CreatedApiKeyView): void;
  /** Also after a failure: a key may be there whose answer was lost. */
  onEnded(): void;
}

export function NewKeyForm({ onMade, onEnded }: Props) {
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState<Purpose>('all');
  const [life, setLife] = useState<Life>('90');
  const send = useCallback(async () => {
    const scopes = purposes[purpose];
    const body = {
      name,
      ...(scopes && { scopes: [...scopes] }),
      ...(life !== 'never' && { expiresInDays: Number(life) }),
    };
    try {
      onMade(await api.createApiKey({ body }));
      setName('');
    } finally {
      onEnded();
    }
  }, [name, purpose, life, onMade, onEnded]);
  const { post, isBusy, error } = usePost(send);
  return (
    <Card title={texts.make}>
      <form
        class="account-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void post();
        }}
      >
        <div class="account-pair">
          <Field label={texts.name} hint={texts.nameHint} error={fieldProblems(error).name} required>
            <TextField value={name} maxLength={64} disabled={isBusy} onChange={setName} />
          </Field>
          <Field label={texts.ends}>
            <Select
              options={lives.map((value) => ({
                value,
                label: value === 'never' ? texts.never : texts.days(Number(value)),
              }))}
              value={life}
              onChange={setLife}
            />
          </Field>
        </div>
        <Field label={texts.may} hint={texts[hints[purpose]]}>
          <Segmented
            options={allPurposes.map((value) => ({ value, label: texts[value] }))}
            value={purpose}
            onChange={setPurpose}
          />
        </Field>
        <PostFailure error={error} fields={['name']} />
        <div class="account-row">
          <Button type="submit" look="primary" busy={isBusy}>
            {texts.make}
          </Button>
        </div>
      </form>
    </Card>
  );
}
