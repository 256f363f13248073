import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { actColumn } from '../../../data/PageTable.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { knowsPasskeys, makePasskey } from '../../../session/passkey.ts';
import { api } from '../../../session/session.ts';
import { ProofDialog } from '../ProofDialog.tsx';
import type { Proof } from '../readProof.ts';
import { type FactorCardProps, hasFactor, type PasskeyView } from './factors.ts';
import { texts } from './texts.ts';

/** The person's passkeys, a new one, and the end of one. */
export function PasskeyCard({ factors, onChanged }: FactorCardProps) {
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<PasskeyView>();
  const leavingId = leaving?.id ?? '';
  const remove = useCallback(
    async (proof: Proof) => {
      await api.removePasskey({ params: { id: leavingId }, body: proof });
      setLeaving(undefined);
      onChanged(texts.passkeyRemoved);
    },
    [leavingId, onChanged],
  );
  const columns = usePasskeyColumns(setLeaving);
  return (
    <Card title={texts.passkeys}>
      <div class="account-form">
        <p class="account-words">{texts.passkeyWords}</p>
        {factors.passkeys.length > 0 && (
          <Table label={texts.passkeys} columns={columns} rows={factors.passkeys} rowKey={({ id }) => id} />
        )}
        {canMakePasskeys() ? (
          <div class="account-row">
            <Button onClick={() => setAdding(true)}>{texts.addPasskey}</Button>
          </div>
        ) : (
          <p class="account-words">{texts.noPasskeys}</p>
        )}
      </div>
      {isAdding && (
        <NewPasskey
          asksFactor={hasFactor(factors)}
          onClose={() => setAdding(false)}
          onDone={(codes) => {
            setAdding(false);
            onChanged(texts.passkeyAdded, codes);
          }}
        />
      )}
      {leaving && (
        <ProofDialog
          onClose={() => setLeaving(undefined)}
          title={texts.removePasskey(leaving.name)}
          words={texts.removeLast}
          confirmLabel={texts.remove}
          danger
          asksFactor
          work={remove}
        />
      )}
    </Card>
  );
}

/** Browsers make none for an address in numbers, nor without TLS, `localhost` excepted. */
const canMakePasskeys = (): boolean =>
  knowsPasskeys() && isSecureContext && !/^[\d.]+$|^\[/.test(location.hostname);

function usePasskeyColumns(askToRemove: (passkey: PasskeyView) => void) {
  return useMemo(
    (): Column<PasskeyView>[] => [
      { key: 'name', title: texts.passkeyName, cell: ({ name }) => <span dir="auto">{name}</span> },
      { key: 'added', title: texts.added, cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        key: 'used',
        title: texts.used,
        cell: ({ usedAt }) => (usedAt ? <Time at={usedAt} /> : texts.unused),
      },
      actColumn((passkey) => (
        <Button size="small" look="danger" onClick={() => askToRemove(passkey)}>
          {texts.remove}
        </Button>
      )),
    ],
    [texts.added, askToRemove],
  );
}

interface Props {
  asksFactor: boolean;
  onClose(): void;
  onDone(recoveryCodes: readonly string[]): void;
}

/** Names a passkey and has the browser make it. */
function NewPasskey({ asksFactor, onClose, onDone }: Props) {
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
