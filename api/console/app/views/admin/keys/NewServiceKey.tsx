import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import type { NewKeyProps } from '../../account/developers/KeyList.tsx';
import { keyTexts } from '../../account/developers/keyTexts.ts';
import { type Life, LifeField, readLife } from '../../account/developers/LifeField.tsx';
import { texts } from './texts.ts';

interface Props extends NewKeyProps {
  open: boolean;
  onClose(): void;
}

export function NewServiceKey({ open, onClose, onMade, onEnded }: Props) {
  const [name, setName] = useState('');
  const [life, setLife] = useState<Life>('never');
  const [networks, setNetworks] = useState('');
  const [signed, setSigned] = useState(false);
  const [people, setPeople] = useState('');
  const [namesSigned, setNamesSigned] = useState(true);
  const posting = usePost(async () => {
    const from = networks.split(/[\s,，]+/).filter((one) => one !== '');
    const body = {
      name,
      ...readLife(life),
      ...(from.length > 0 && { networks: from }),
      ...(people === '' ? signed && { signed } : { people: { of: people, signed: namesSigned } }),
    };
    try {
      onMade(await api.adminCreateServiceKey({ body }));
      setName('');
      setNetworks('');
      setPeople('');
      onClose();
    } finally {
      onEnded();
    }
  });
  const problems = fieldProblems(posting.error);
  return (
    <Dialog open={open} onClose={onClose} title={texts.make} persistent>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.make}
        fields={['name', 'networks', 'people']}
        wide
      >
        <Field label={keyTexts.name} error={problems.name} required>
          <TextField value={name} maxLength={64} onChange={setName} />
        </Field>
        <LifeField value={life} onChange={setLife} />
        <Field label={texts.networks} hint={texts.networksHint} error={problems.networks}>
          <TextField value={networks} onChange={setNetworks} />
        </Field>
        <Field label={texts.people} hint={texts.peopleHint} error={problems.people}>
          <TextField value={people} maxLength={32} onChange={setPeople} />
        </Field>
        {people === '' ? (
          <Switch label={texts.signed} hint={texts.signedHint} checked={signed} onChange={setSigned} />
        ) : (
          <Switch
            label={texts.namesSigned}
            hint={texts.namesSignedHint}
            checked={namesSigned}
            onChange={setNamesSigned}
          />
        )}
      </PostForm>
    </Dialog>
  );
}
