import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';
import { useCallback, useState } from 'preact/hooks';
import { fieldProblems } from '../../../data/problemText.ts';
import { makePasskey } from '../../../session/passkey.ts';
import { api } from '../../../session/session.ts';
import { ProofDialog } from '../ProofDialog.tsx';
import type { Proof } from '../readProof.ts';
import { texts } from './texts.ts';

interface Props {
  asksFactor: boolean;
  onClose(): void;
  onDone(recoveryCodes: readonly string[]): void;
}

/** Names a passkey and has the browser make it. */
export function NewPasskey({ asksFactor, onClose, onDone }: Props) {
  const [name, setName] = useState(() => nameBrowser(navigator.userAgent) ?? '');
  const add = useCallback(
    async (proof: Proof) => {
      const response = await makePasskey(await api.startPasskey({ body: proof }));
      const { recoveryCodes } = await api.addPasskey({
        body: { name, response },
      });
      onDone(recoveryCodes);
    },
    [name, onDone],
  );
  return (
    <ProofDialog
      onClose={onClose}
      title={texts.addPasskey}
      words={texts.whoAreYou}
      confirmLabel={texts.add}
      asksFactor={asksFactor}
      fields={['name']}
      work={add}
    >
      {(error) => (
        <Field label={texts.passkeyName} hint={texts.passkeyNameHint} error={fieldProblems(error).name}>
          <TextField value={name} maxLength={64} onChange={setName} />
        </Field>
      )}
    </ProofDialog>
  );
}
