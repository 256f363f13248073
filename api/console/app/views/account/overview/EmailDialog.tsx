import type { OwnEmailView } from '@star-graph/contract/users/email';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { useCallback, useState } from 'preact/hooks';
import { fieldProblems } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import { ProofDialog } from '../ProofDialog.tsx';
import type { Proof } from '../readProof.ts';
import { texts } from './emailTexts.ts';

/** Asks for a new address and a proof: whoever has the address can get a new password. */
export function EmailDialog(props: { onClose: () => void; onSent: (email: OwnEmailView) => void }) {
  const { onClose, onSent } = props;
  const [address, setAddress] = useState('');
  const send = useCallback(
    async (proof: Proof) => onSent(await api.changeEmail({ body: { ...proof, address } })),
    [address, onSent],
  );
  return (
    <ProofDialog
      onClose={onClose}
      title={texts.address}
      confirmLabel={texts.send}
      asksFactor={false}
      fields={['address']}
      work={send}
    >
      {(error) => (
        <Field label={texts.address} hint={texts.addressHint} error={fieldProblems(error).address} required>
          <TextField
            type="email"
            autoComplete="email"
            value={address}
            maxLength={254}
            onChange={setAddress}
          />
        </Field>
      )}
    </ProofDialog>
  );
}
