import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Link2 } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { MadeBy } from '../../data/MadeBy.tsx';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { copyLink, type Life, LifeField, LinkField, LinkLine, LinkList } from './LinkParts.tsx';

const texts = defineTexts({
  title: { en: 'Share', 'zh-CN': '分享' },
  help: {
    en: 'Anyone with the link sees a copy without your name or its settings.',
    'zh-CN': '拥有链接的人可看到一份副本，不含您的名字与生成参数。',
  },
  showsPrompt: { en: 'Include the prompt', 'zh-CN': '同时显示提示词' },
  make: { en: 'Create link', 'zh-CN': '生成链接' },
  withPrompt: { en: 'with prompt', 'zh-CN': '含提示词' },
});

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
    copyLink(made);
  }, [assetId, life, showsPrompt, shares.value]);
  const { post, isBusy, error } = usePost(make);
  return (
    <div class="share">
      <LifeField value={life} onChange={setLife} />
      {hasPrompt && <Checkbox label={texts.showsPrompt} checked={showsPrompt} onChange={setShowsPrompt} />}
      <LinkField url={url} />
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
        <LinkList>
          {shares.value.map((share) => (
            <LinkLine
              key={share.id}
              expiresAt={share.expiresAt}
              onWithdraw={async () => {
                await api.withdrawShare({ params: { id: share.id } });
                setUrl(undefined);
                shares.put((shares.value ?? []).filter(({ id }) => id !== share.id));
              }}
            >
              {share.showsPrompt && <span class="sg-quiet"> · {texts.withPrompt}</span>}
              <MadeBy maker={share.madeBy} />
            </LinkLine>
          ))}
        </LinkList>
      )}
      {shares.state === 'failed' && <p class="share-error">{describeProblem(shares.error)}</p>}
    </div>
  );
}
