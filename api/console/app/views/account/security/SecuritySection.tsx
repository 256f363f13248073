import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Modal } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Copy, Download } from 'lucide';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { saveBlob } from '../../../data/saveBlob.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { SectionPart } from '../../../shell/SectionPart.tsx';
import { copyText } from '../copyText.ts';
import { KeysSection } from '../developers/KeysSection.tsx';
import { LinksCard } from '../LinksCard.tsx';
import { ProofDialog } from '../ProofDialog.tsx';
import type { Proof } from '../readProof.ts';
import { hasPassword, useProof } from '../useProof.ts';
import { AppCard } from './AppCard.tsx';
import { type FactorCardProps, hasFactor } from './factors.ts';
import { PasskeyCard } from './PasskeyCard.tsx';
import { ProgramsSection } from './ProgramsSection.tsx';
import { SessionsSection } from './SessionsSection.tsx';
import { texts } from './texts.ts';
import './security.css';
import type { SignInTryView } from '@star-graph/contract/auth/sessions';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';
import { PageTable } from '../../../data/PageTable.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePages } from '../../../data/usePages.ts';
import { ProofFields } from '../ProofFields.tsx';

/** How the person signs in, who did so lately, and all else that has a way into the account, in one place. */
export function SecuritySection() {
  const loaded = useResource((signal) => api.getSecondFactor({}, { signal }), []);
  // Whichever change brought them: they are shown once.
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { value: factors, reload } = loaded;
  const onChanged = useCallback(
    (said: string, recoveryCodes: readonly string[] = []) => {
      setCodes(recoveryCodes);
      reload();
      // The codes say it themselves, and a toast would lie on their buttons.
      if (recoveryCodes.length === 0) showToast({ tone: 'good', text: said });
    },
    [reload],
  );
  return (
    <div class="account-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      {factors?.required && (
        <p class="account-notice" role="status">
          {texts.required}
        </p>
      )}
      {factors === undefined && loaded.state === 'failed' && (
        <LoadFailure error={loaded.error} onRetry={reload} />
      )}
      {factors === undefined && loaded.state === 'loading' && (
        // As high as the two cards that come.
        <div class="account-stack security-loading" aria-busy="true">
          <Card>
            <SkeletonText lines={3} />
          </Card>
          <Card>
            <SkeletonText lines={3} />
          </Card>
        </div>
      )}
      {factors && (
        <>
          <AppCard factors={factors} onChanged={onChanged} />
          <PasskeyCard factors={factors} onChanged={onChanged} />
          {hasFactor(factors) && <RecoveryCard factors={factors} onChanged={onChanged} />}
        </>
      )}
      {hasPassword() && <PasswordForm />}
      <SignIns />
      <SectionPart name="sessions">
        <SessionsSection />
      </SectionPart>
      {/* Until a factor that is required is there, nothing else is answered. */}
      {factors && !factors.required && (
        <>
          <KeysSection makesNone />
          <ProgramsSection />
        </>
      )}
      <LinksCard />
      {codes.length > 0 && <RecoveryDialog codes={codes} onDone={() => setCodes([])} />}
    </div>
  );
}

/** Few enough to make new ones. */
const few = 3;

/** How many recovery codes are left, and new ones. */
function RecoveryCard({ factors, onChanged }: FactorCardProps) {
  const left = factors.recoveryCodesLeft;
  const [isAsking, setAsking] = useState(false);
  const renew = useCallback(
    async (proof: Proof) => {
      const { recoveryCodes } = await api.renewRecoveryCodes({ body: proof });
      setAsking(false);
      onChanged(texts.codesTitle, recoveryCodes);
    },
    [onChanged],
  );
  return (
    <Card
      title={texts.recovery}
      aside={<Chip tone={left <= few ? 'warn' : 'plain'}>{texts.left(left)}</Chip>}
    >
      <div class="account-form">
        <p class="account-words">{texts.recoveryWords}</p>
        <div class="account-row">
          <Button onClick={() => setAsking(true)}>{texts.renew}</Button>
        </div>
      </div>
      {isAsking && (
        <ProofDialog
          onClose={() => setAsking(false)}
          title={texts.renewTitle}
          words={texts.renewWords}
          confirmLabel={texts.renew}
          asksFactor
          work={renew}
        />
      )}
    </Card>
  );
}

/** The codes, which nobody can see again: nothing closes them but the word of the person that they are kept. */
function RecoveryDialog({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  const text = codes.join('\n');
  const select = () => list.current && getSelection()?.selectAllChildren(list.current);
  return (
    <Modal
      look="dialog"
      role="alertdialog"
      open
      persistent
      onClose={() => {}}
      title={texts.codesTitle}
      description={texts.codesWords}
      footer={
        <>
          <Button icon={Copy} onClick={() => void copyText(text, select)}>
            {texts.copy}
          </Button>
          <Button
            icon={Download}
            onClick={() => saveBlob(new Blob([`${text}\n`]), 'star-graph-recovery-codes.txt')}
          >
            {texts.download}
          </Button>
          <Button look="primary" onClick={onDone}>
            {texts.kept}
          </Button>
        </>
      }
    >
      <ul class="security-codes" ref={list}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Modal>
  );
}

/** Changes the password. */
function PasswordForm() {
  const [newPassword, setNewPassword] = useState('');
  const change = useCallback(
    async ({ password = '', ...proof }: Proof) => {
      await api.changePassword({ body: { password, newPassword, ...proof } });
      setNewPassword('');
      showToast({ tone: 'good', text: texts.passwordChanged });
    },
    [newPassword],
  );
  const form = useProof(change);
  return (
    <Card title={texts.password}>
      <PostForm
        posting={form}
        onSubmit={form.send}
        submit={texts.changePassword}
        fields={['password', 'newPassword', 'proof']}
        look="secondary"
        disabled={form.isMissing || newPassword === ''}
      >
        <div class="account-pair">
          <ProofFields form={form} passwordLabel={texts.oldPassword} />
          <Field
            label={texts.newPassword}
            hint={texts.newHint}
            error={fieldProblems(form.error).newPassword}
            required
          >
            <TextField
              type="password"
              autoComplete="new-password"
              value={newPassword}
              disabled={form.isBusy}
              onChange={setNewPassword}
            />
          </Field>
        </div>
      </PostForm>
    </Card>
  );
}

/** Who signed in lately, or tried to. */
function SignIns() {
  const pages = usePages((page, signal) => api.listSignIns({ query: { ...page, limit: 10 } }, { signal }));
  return (
    <div class="account-stack">
      <PageHead isPart title={texts.signIns}>
        {texts.signInsWords}
      </PageHead>
      <PageTable
        pages={pages}
        label={texts.signIns}
        columns={useSignInColumns()}
        empty={<p class="account-words">{texts.noSignIns}</p>}
      />
    </div>
  );
}

function useSignInColumns() {
  return useMemo(
    (): Column<SignInTryView>[] => [
      {
        key: 'device',
        title: texts.device,
        cell: ({ userAgent, succeeded }) => (
          <>
            <span title={userAgent}>{nameBrowser(userAgent) ?? (userAgent || texts.aProgram)}</span>{' '}
            {!succeeded && <Chip tone="bad">{texts.failed}</Chip>}
          </>
        ),
      },
      { key: 'address', title: texts.address, cell: ({ address }) => <bdi>{address}</bdi> },
      { key: 'at', title: texts.at, cell: ({ at }) => <Time at={at} /> },
    ],
    [texts.device],
  );
}
