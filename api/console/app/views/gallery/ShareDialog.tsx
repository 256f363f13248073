import type { ShareView } from '@star-graph/contract/assets/shares';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Copy, Link2, Trash2 } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { MadeBy } from '../../data/MadeBy.tsx';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { copyText } from './copyText.ts';
import './share.css';

const texts = defineTexts({
  title: { en: 'Share', 'zh-CN': '分享' },
  help: {
    en: 'Anyone with the link sees a copy without your name or its settings.',
    'zh-CN': '拥有链接的人可看到一份副本，不含您的名字与生成参数。',
  },
  life: { en: 'Valid for', 'zh-CN': '有效期' },
  day: { en: '1 day', 'zh-CN': '1 天' },
  week: { en: '1 week', 'zh-CN': '1 周' },
  month: { en: '30 days', 'zh-CN': '30 天' },
  showsPrompt: { en: 'Include the prompt', 'zh-CN': '同时显示提示词' },
  make: { en: 'Create link', 'zh-CN': '生成链接' },
  link: { en: 'Link', 'zh-CN': '链接' },
  copy: { en: 'Copy link', 'zh-CN': '复制链接' },
  copied: { en: 'Link copied', 'zh-CN': '链接已复制' },
  working: { en: 'Active links', 'zh-CN': '有效链接' },
  ends: { en: 'Expires', 'zh-CN': '到期：' },
  withPrompt: { en: 'with prompt', 'zh-CN': '含提示词' },
  withdraw: { en: 'Revoke', 'zh-CN': '撤销' },
});

type Life = '24' | '168' | '720';

interface ShareDialogProps {
  assetId: string;
  hasPrompt: boolean;
  open: boolean;
  onClose(): void;
}

/** Links by which anybody sees a picture: a new one, and those that still work. */
export function ShareDialog({ assetId, hasPrompt, open, onClose }: ShareDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={texts.title} description={texts.help}>
      <ShareLinks key={assetId} assetId={assetId} hasPrompt={hasPrompt} />
    </Dialog>
  );
}

function ShareLinks({ assetId, hasPrompt }: { assetId: string; hasPrompt: boolean }) {
  const shares = useResource(
    async (signal) => (await api.listShares({ query: { asset: assetId, limit: 100 } }, { signal })).items,
    [assetId],
  );
  const [life, setLife] = useState<Life>('168');
  const [showsPrompt, setShowsPrompt] = useState(false);
  const [url, setUrl] = useState<string>();
  const make = useCallback(async () => {
    const body = { expiresInHours: Number(life), showsPrompt };
    const { url: made, ...share } = await api.shareAsset({ params: { id: assetId }, body });
    setUrl(made);
    shares.put([share, ...(shares.value ?? [])]);
    copyText(made, texts.copied);
  }, [assetId, life, showsPrompt, shares.value]);
  const { post, isBusy, error } = usePost(make);
  return (
    <div class="share">
      <Field label={texts.life}>
        <Segmented
          wide
          value={life}
          onChange={setLife}
          options={[
            { value: '24', label: texts.day },
            { value: '168', label: texts.week },
            { value: '720', label: texts.month },
          ]}
        />
      </Field>
      {hasPrompt && <Checkbox label={texts.showsPrompt} checked={showsPrompt} onChange={setShowsPrompt} />}
      {url !== undefined && (
        <TextField
          label={texts.link}
          type="url"
          value={url}
          readOnly
          onChange={() => {}}
          onFocus={({ currentTarget }) => currentTarget.select()}
          end={
            <IconButton
              size="small"
              icon={Copy}
              label={texts.copy}
              onClick={() => copyText(url, texts.copied)}
            />
          }
        />
      )}
      {error !== undefined && (
        <p class="share-error" role="alert">
          {describeProblem(error)}
        </p>
      )}
      <Button look="primary" icon={Link2} wide busy={isBusy} onClick={() => void post()}>
        {texts.make}
      </Button>
      {shares.state === 'loading' && <SkeletonText lines={2} />}
      {shares.value !== undefined && shares.value.length > 0 && (
        <section class="share-links">
          <h3>{texts.working}</h3>
          <ul>
            {shares.value.map((share) => (
              <ShareLine
                key={share.id}
                share={share}
                onWithdrawn={() => {
                  setUrl(undefined);
                  shares.put((shares.value ?? []).filter(({ id }) => id !== share.id));
                }}
              />
            ))}
          </ul>
        </section>
      )}
      {shares.state === 'failed' && <p class="share-error">{describeProblem(shares.error)}</p>}
    </div>
  );
}

function ShareLine({ share, onWithdrawn }: { share: ShareView; onWithdrawn(): void }) {
  const withdraw = useCallback(async () => {
    await api.withdrawShare({ params: { id: share.id } });
    onWithdrawn();
  }, [share.id, onWithdrawn]);
  const { post, isBusy, error } = usePost(withdraw);
  return (
    <li>
      <div class="share-words">
        {texts.ends} <Time at={share.expiresAt} />
        {share.showsPrompt && <span class="sg-quiet"> · {texts.withPrompt}</span>}
        <MadeBy maker={share.madeBy} />
        {error !== undefined && (
          <span class="share-error" role="alert">
            {describeProblem(error)}
          </span>
        )}
      </div>
      <Button look="danger" size="small" icon={Trash2} busy={isBusy} onClick={() => void post()}>
        {texts.withdraw}
      </Button>
    </li>
  );
}
