import type { CollectionView } from '@star-graph/contract/assets/collections';
import type { SharedAssetView } from '@star-graph/contract/assets/sharedCollections';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { ConfirmDialog, Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { FolderMinus, Image, Users } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { describeProblem } from '../../../data/problemText.ts';
import { type Pages, usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { useClose } from '../../explore/ExploreView.tsx';
import { LargeMedia, ReportMenu } from '../../explore/SeenMedia.tsx';
import { namePerson } from '../../explore/texts.ts';
import { sayProblem } from '../changes.ts';
import { GalleryView, useListKeys, useSelectAll } from '../GalleryView.tsx';
import { useSelection } from '../grid/useSelection.ts';
import { CollectionHead } from './CollectionHead.tsx';
import { PeopleDialog } from './PeopleDialog.tsx';
import { addToCollection, takeFromCollection } from './readCollections.ts';
import { SharedSelectionBar, SharedTile } from './SharedSelection.tsx';
import { isShared, nameRole, nameSharers, sharingTexts } from './sharingTexts.ts';
import { texts } from './texts.ts';
import './collections.css';

/** A collection of one's own, as the gallery shows it; with others in it, what everybody has put in. */
export function CollectionPage() {
  const { params } = useRoute();
  const id = params.collection ?? '';
  const loaded = useResource((signal) => api.getCollection({ params: { id } }, { signal }), [id]);
  const { value } = loaded;
  if (value && value.role === 'owner' && !isShared(value)) return <GalleryView />;
  return (
    <div class="collections">
      {loaded.state === 'failed' && <LoadFailure error={loaded.error} onRetry={loaded.reload} />}
      {loaded.state === 'loading' && <Skeleton height="40dvh" />}
      {value && <SharedView key={id} collection={value} onChange={loaded.reload} />}
    </div>
  );
}

function SharedView({ collection, onChange }: { collection: CollectionView; onChange(): void }) {
  const { id, role, owner } = collection;
  const { params } = useRoute();
  const [isSharing, setSharing] = useState(false);
  const pages = usePages<SharedAssetView>(
    (page, signal) => api.listCollectionAssets({ params: { id }, query: page }, { signal }),
    [id],
    { empties: true },
  );
  const { items, state, hasMore, loadMore } = pages;
  const address = `/collections/${id}`;
  const close = useClose(params.assetId, address);
  const opened = items.find((item) => item.id === params.assetId);
  const choice = useChoice(pages, role, opened === undefined && !isSharing);
  return (
    <>
      <header class="collection-head">
        <CollectionHead
          id={id}
          collection={collection}
          onChange={onChange}
          onShare={() => setSharing(true)}
        />
        <Button icon={Users} onClick={() => setSharing(true)}>
          {nameSharers(collection)}
        </Button>
        {owner && (
          <p class="sg-quiet collection-by">
            {sharingTexts.byOwner(namePerson(owner))} · {nameRole(role)}
          </p>
        )}
      </header>
      {state === 'failed' && (
        <ErrorState title={texts.failedToLoad} action={{ label: texts.again, onAction: loadMore }}>
          {describeProblem(pages.error)}
        </ErrorState>
      )}
      {state === 'ready' && items.length === 0 && !hasMore && (
        <EmptyState
          icon={Image}
          title={texts.nothingTitle}
          action={role !== 'see' && <LinkButton href="/gallery">{texts.toGallery}</LinkButton>}
        >
          {role === 'see' ? sharingTexts.emptySee : sharingTexts.emptyAdd}
        </EmptyState>
      )}
      <SharedList {...{ collection, pages, address, choice }} />
      {opened && (
        <SharedDialog
          key={opened.id}
          collection={collection}
          item={opened}
          onClose={close}
          onTakenOut={() => {
            drop(pages, [opened.id]);
            close();
          }}
          onPutBack={pages.reload}
        />
      )}
      <PeopleDialog
        collection={collection}
        open={isSharing}
        onClose={() => {
          setSharing(false);
          onChange();
        }}
        onChange={pages.reload}
      />
    </>
  );
}

interface SharedListProps {
  collection: CollectionView;
  pages: Pages<SharedAssetView>;
  address: string;
  choice: ReturnType<typeof useChoice>;
}

/** What everybody has put in, with what can be done with those that are chosen. */
function SharedList({ collection: { id, role }, pages, address, choice }: SharedListProps) {
  const { items, state, hasMore, loadMore } = pages;
  const { mine, selection, selectAll, isSelecting } = choice;
  const isChoosing = selection.ids.size > 0;
  return (
    <>
      <ul
        class="explore-list"
        aria-label={sharingTexts.list}
        aria-busy={state === 'loading'}
        data-selecting={isChoosing || undefined}
      >
        {items.map((item) => (
          <SharedTile
            key={item.id}
            item={item}
            href={`${address}/${item.id}`}
            selection={mayTakeOut(role, item) ? selection : undefined}
            isSelecting={isChoosing}
          />
        ))}
      </ul>
      <LoadMore auto hasMore={hasMore} busy={state === 'loading'} onLoad={loadMore} />
      <SharedSelectionBar
        collectionId={id}
        chosen={mine.filter((item) => selection.ids.has(item.id))}
        selection={selection}
        onSelectAll={selectAll}
        isSelecting={isSelecting}
        onTakenOut={(gone) => drop(pages, gone)}
        onPutBack={pages.reload}
      />
    </>
  );
}

const drop = (pages: Pages<SharedAssetView>, gone: readonly string[]) =>
  pages.change((last) => last.filter((one) => !gone.includes(one.id)));

/** Which of those that this person may take out are chosen. */
function useChoice(pages: Pages<SharedAssetView>, role: CollectionView['role'], isActive: boolean) {
  const { items } = pages;
  const mine = useMemo(() => items.filter((item) => mayTakeOut(role, item)), [items, role]);
  const selection = useSelection(mine);
  const { selectAll, isSelecting } = useSelectAll({ ...pages, items: mine }, selection);
  useListKeys(selectAll, selection, isActive);
  return { mine, selection, selectAll, isSelecting };
}

const mayTakeOut = (role: CollectionView['role'], { isOwn }: SharedAssetView): boolean =>
  role === 'owner' || role === 'edit' || isOwn;

interface SharedDialogProps {
  collection: CollectionView;
  item: SharedAssetView;
  onClose(): void;
  onTakenOut(): void;
  onPutBack(): void;
}

/** A picture, large, with what this person may do with it. */
function SharedDialog({ collection, item, onClose, onTakenOut, onPutBack }: SharedDialogProps) {
  const { id, role } = collection;
  const { id: assetId, person, isOwn, prompt, width, height } = item;
  const [isAsking, setAsking] = useState(false);
  const view = useResource(
    (signal) => api.viewCollectionAsset({ params: { id, assetId } }, { signal }),
    [id, assetId],
  );
  const takeOut = usePost(async () => {
    try {
      await takeFromCollection(id, [assetId]);
    } catch (error) {
      sayProblem(error);
      return;
    }
    onTakenOut();
    const undo = () => addToCollection(id, [assetId]).then(onPutBack, sayProblem);
    showToast({
      text: texts.takenOut(1),
      ...(isOwn && { action: { label: texts.undo, onAction: () => void undo() } }),
    });
  });
  return (
    <Dialog open onClose={onClose} size="large" title={namePerson(person)}>
      <div class="publication">
        {view.state === 'failed' && <LoadFailure error={view.error} onRetry={view.reload} />}
        {view.state === 'loading' && <Skeleton height="50dvh" />}
        {view.value && <LargeMedia asset={item} url={view.value.url} alt={prompt ?? ''} />}
        <div class="publication-side">
          <div class="publication-ways">
            {isOwn && (
              <LinkButton icon={Image} href={`/gallery/${assetId}`}>
                {sharingTexts.inGallery}
              </LinkButton>
            )}
            {mayTakeOut(role, item) && (
              <Button
                icon={FolderMinus}
                busy={takeOut.isBusy}
                onClick={() => (isOwn ? void takeOut.post() : setAsking(true))}
              >
                {sharingTexts.takeOut}
              </Button>
            )}
            {!isOwn && <ReportMenu assetId={assetId} />}
          </div>
          {prompt !== undefined && (
            <p class="publication-prompt" dir="auto">
              {prompt}
            </p>
          )}
          <Facts
            facts={[
              [texts.size, width > 0 && `${width} × ${height}`],
              [sharingTexts.added, <Time key="when" at={item.createdAt} />],
            ]}
          />
        </div>
      </div>
      <ConfirmDialog
        open={isAsking}
        title={sharingTexts.takeOutTitle}
        confirmLabel={sharingTexts.takeOut}
        danger
        busy={takeOut.isBusy}
        onClose={() => setAsking(false)}
        onConfirm={() => void takeOut.post()}
      >
        {sharingTexts.takeOutHelp(namePerson(person))}
      </ConfirmDialog>
    </Dialog>
  );
}
