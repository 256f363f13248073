import { useCallback, useState } from 'preact/hooks';
import type { CreatedApiKeyView } from '../../../../../contract/users/apiKeys.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Switch } from '../../../../../ui/controls/Switch.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { Select } from '../../../../../ui/fields/Select.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { ActFailure } from '../parts/ActFailure.tsx';
import { texts } from './texts.ts';

const lives = ['never', '30', '90', '365'] as const;
type Life = (typeof lives)[number];

interface Props {
  onMade(key: CreatedApiKeyView): void;
  /** Also after a failure: a key may be there whose answer was lost. */
  onEnded(): void;
}

export function NewServiceKey({ onMade, onEnded }: Props) {
  const [name, setName] = useState('');
  const [life, setLife] = useState<Life>('never');
  const [networks, setNetworks] = useState('');
  const [signed, setSigned] = useState(false);
  const send = useCallback(async () => {
    const from = networks.split(/[\s,，]+/).filter((one) => one !== '');
    const body = {
      name,
      ...(life !== 'never' && { expiresInDays: Number(life) }),
      ...(from.length > 0 && { networks: from }),
      ...(signed && { signed }),
    };
    try {
      onMade(await api.adminCreateServiceKey({ body }));
      setName('');
      setNetworks('');
    } finally {
      onEnded();
    }
  }, [name, life, networks, signed, onMade, onEnded]);
  const { post, isBusy, error } = usePost(send);
  const problems = fieldProblems(error);
  return (
    <Card title={texts.make}>
      <form
        class="admin-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void post();
        }}
      >
        <div class="admin-settings">
          <Field label={texts.name} error={problems.name} required>
            <TextField value={name} maxLength={64} onChange={setName} />
          </Field>
          <Field label={texts.ends} error={problems.expiresInDays}>
            <Select
              options={lives.map((value) => ({
                value,
                label: value === 'never' ? texts.never : texts.days(Number(value)),
              }))}
              value={life}
              onChange={setLife}
            />
          </Field>
          <Field label={texts.networks} hint={texts.networksHint} error={problems.networks}>
            <TextField value={networks} onChange={setNetworks} />
          </Field>
        </div>
        <Switch label={texts.signed} hint={texts.signedHint} checked={signed} onChange={setSigned} />
        <ActFailure error={error} fields={['name', 'networks', 'expiresInDays']} />
        <div class="admin-row">
          <Button type="submit" look="primary" busy={isBusy}>
            {texts.make}
          </Button>
        </div>
      </form>
    </Card>
  );
}
