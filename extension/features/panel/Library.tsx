import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { PictureCard } from '@star-graph/ui/pictures/PictureCard.tsx';
import { Images, Search } from 'lucide';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../../i18n/translate.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../runs/problem.ts';
import { nameResult } from '../runs/run.ts';
import { ProblemLine } from './ProblemLine.tsx';

/** A person types a word, and not each letter is searched for. */
const typingMs = 250;

/** Every result of the account as a picture: searched by its prompt, opened by a press, dragged to where it is needed. */
export function Library() {
  const [q, setQuery] = useState('');
  const { assets, nextCursor, isBusy, problem, load } = useAssets(q);
  return (
    <>
      <TextField
        type="search"
        icon={Search}
        label={translate('searchResults')}
        placeholder={translate('searchResults')}
        value={q}
        onChange={setQuery}
      />
      <ProblemLine problem={problem} />
      {!assets && !problem && (
        <div class="library" aria-hidden="true">
          {[1, 2, 3, 4, 5, 6].map((number) => (
            <Skeleton key={number} width="100%" height="96px" />
          ))}
        </div>
      )}
      {assets?.length === 0 && <EmptyState icon={Images} title={translate('noResults')} />}
      <ul class="library">
        {assets?.map((asset) => (
          <li
            key={asset.id}
            onDragStart={({ dataTransfer }) => dataTransfer && offerFile(dataTransfer, asset)}
          >
            <PictureCard
              width={1}
              height={1}
              media={asset.media}
              unseen={asset}
              url={asset.media === 'video' ? asset.url : (asset.thumbnailUrl ?? asset.url)}
              posterUrl={asset.thumbnailUrl}
              alt={asset.task?.prompt}
              assetId={asset.id}
              onOpen={() => void background.openAsset(asset.id)}
            />
          </li>
        ))}
      </ul>
      <LoadMore
        auto={!problem}
        hasMore={nextCursor !== null}
        busy={isBusy}
        onLoad={() => void load(nextCursor ?? undefined)}
      />
    </>
  );
}

/** Outside of our pages it is a link and, where the browser makes one of it, a file. */
function offerFile(transfer: DataTransfer, { url, mime }: ListedAssetView): void {
  transfer.setData('text/uri-list', url);
  transfer.setData('DownloadURL', `${mime}:${nameResult({ fileName: 'star-graph' }, mime)}:${url}`);
}

function useAssets(q: string) {
  const [assets, setAssets] = useState<ListedAssetView[]>();
  const [nextCursor, setNextCursor] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const turn = useRef(0);
  const load = useCallback(
    async (cursor?: string) => {
      const own = ++turn.current;
      setBusy(true);
      try {
        const page = await background.listAssets({
          kind: 'output',
          ...(q.trim() ? { q: q.trim() } : {}),
          ...(cursor ? { cursor } : {}),
        });
        // Other words were typed meanwhile.
        if (own !== turn.current) return;
        setProblem(undefined);
        setAssets((known = []) => [...(cursor ? known : []), ...page.items]);
        setNextCursor(page.nextCursor);
      } catch (error) {
        if (own === turn.current) setProblem(problemOf(error));
      }
      if (own === turn.current) setBusy(false);
    },
    [q],
  );
  useEffect(() => {
    const timer = setTimeout(() => void load(), q === '' ? 0 : typingMs);
    return () => clearTimeout(timer);
  }, [load]);
  return { assets, nextCursor, isBusy, problem, load };
}
