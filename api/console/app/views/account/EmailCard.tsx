import type { OwnEmailView } from '@star-graph/contract/users/email';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useCallback, useState } from 'preact/hooks';
import { AskDialog, useAsked } from '../../data/AskDialog.tsx';
import { LoadFailure } from '../../data/LoadFailure.tsx';
import { PostFailure } from '../../data/PostFailure.tsx';
import { fieldProblems } from '../../data/problemText.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { ProofDialog } from './ProofDialog.tsx';
import type { Proof } from './readProof.ts';

const texts = defineTexts({
  title: { en: 'E-mail', 'zh-CN': '邮箱' },
  use: {
    en: 'Used only to reset your password if you forget it. Nobody else can see it.',
    'zh-CN': '仅用于在忘记密码时重设密码，不会向他人显示。',
  },
  noMail: {
    en: 'E-mail isn’t set up on this server. If you forget your password, ask an administrator.',
    'zh-CN': '此平台未配置邮件。若忘记密码，请联系管理员。',
  },
  none: { en: 'None', 'zh-CN': '未设置' },
  verified: { en: 'Verified', 'zh-CN': '已验证' },
  waits: { en: 'Waiting for confirmation', 'zh-CN': '待验证' },
  pending: {
    en: (address: string) => `We sent a link to ${address}. Open it to confirm the address. It expires`,
    'zh-CN': (address: string) => `已向 ${address} 发送链接，请在邮件中打开以完成验证。失效时间：`,
  },
  look: { en: 'I’ve opened it', 'zh-CN': '我已打开' },
  set: { en: 'Add an address', 'zh-CN': '设置邮箱' },
  change: { en: 'Change the address', 'zh-CN': '更改邮箱' },
  address: { en: 'E-mail address', 'zh-CN': '邮箱地址' },
  addressHint: {
    en: 'We’ll send a link there. Nothing changes until you open it.',
    'zh-CN': '我们会向该地址发送链接，打开之前不会有任何改变。',
  },
  send: { en: 'Send link', 'zh-CN': '发送链接' },
  sent: { en: 'Link sent', 'zh-CN': '链接已发出' },
  remove: { en: 'Remove', 'zh-CN': '移除' },
  removeTitle: { en: 'Remove the e-mail address?', 'zh-CN': '移除邮箱地址？' },
  removeWords: {
    en: 'Without it, only an administrator can help if you forget your password. Unused links stop working.',
    'zh-CN': '移除后若忘记密码，只能由管理员协助。未使用的链接也会失效。',
  },
});

/** The person's address: none, one that counts, and one that waits for its link. */
export function EmailCard() {
  const loaded = useResource((signal) => api.getEmail({}, { signal }), []);
  const [isChanging, setChanging] = useState(false);
  const { value: email, put, reload } = loaded;
  const removal = useAsked(async ({ sendsMail }: OwnEmailView) => {
    await api.deleteEmail();
    put({ address: null, pending: null, sendsMail });
  });
  const onSent = useCallback(
    (changed: OwnEmailView) => {
      setChanging(false);
      put(changed);
      showToast({ tone: 'good', text: texts.sent });
    },
    [put],
  );
  if (email === undefined)
    return (
      <Card title={texts.title}>
        {loaded.state === 'failed' ? (
          <LoadFailure error={loaded.error} onRetry={reload} />
        ) : (
          <div aria-busy="true">
            <SkeletonText lines={2} />
          </div>
        )}
      </Card>
    );
  return (
    <Card title={texts.title} aside={email.address !== null && <Chip tone="good">{texts.verified}</Chip>}>
      <div class="account-form">
        {email.address !== null && <bdi class="account-strong">{email.address}</bdi>}
        <p class="account-words">{email.sendsMail ? texts.use : texts.noMail}</p>
        {email.pending && <Pending pending={email.pending} onLook={reload} />}
        <PostFailure error={removal.error} />
        <div class="account-row">
          {email.sendsMail && (
            <Button onClick={() => setChanging(true)}>
              {email.address === null ? texts.set : texts.change}
            </Button>
          )}
          {(email.address !== null || email.pending !== null) && (
            <Button look="danger" busy={removal.isBusy} onClick={() => removal.ask(email)}>
              {texts.remove}
            </Button>
          )}
        </div>
      </div>
      {isChanging && <EmailDialog onClose={() => setChanging(false)} onSent={onSent} />}
      <AskDialog asked={removal} title={() => texts.removeTitle} confirmLabel={texts.remove}>
        {() => texts.removeWords}
      </AskDialog>
    </Card>
  );
}

interface PendingProps {
  pending: NonNullable<OwnEmailView['pending']>;
  onLook(): void;
}

const Pending = ({ pending, onLook }: PendingProps) => (
  <div class="account-row" role="status">
    <Chip tone="warn">{texts.waits}</Chip>
    <span>
      {texts.pending(pending.address)} <Time at={pending.expiresAt} />
    </span>
    <Button size="small" look="quiet" onClick={onLook}>
      {texts.look}
    </Button>
  </div>
);

/** Asks for a new address and a proof: whoever has the address can get a new password. */
function EmailDialog(props: { onClose: () => void; onSent: (email: OwnEmailView) => void }) {
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
