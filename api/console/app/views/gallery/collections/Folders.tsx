import type { CollectionView } from '@star-graph/contract/assets/collections';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { findPlaceFault, listWithin } from '@star-graph/workflows/shared/collectionTree';
import { Folder, FolderInput, Users } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { usePost } from '../../../data/usePost.ts';
import { namePerson } from '../../explore/texts.ts';
import './collections.css';
import { moveTo, namePath, offerCollection, type Place, useCollectionDrop } from './moves.ts';
import { isShared, nameSharers, sharingTexts } from './sharingTexts.ts';
import { texts } from './texts.ts';

/** What lies in one collection, or in none: each takes what is dropped on it. */
export function Folders({ parentId, ...place }: Place & { parentId: string | undefined }) {
  const [moved, setMoved] = useState<CollectionView>();
  const shown = place.all.filter((one) => one.parentId === parentId);
  return (
    <>
      <ul class="collections-list" data-inside={parentId !== undefined || undefined}>
        {shown.map((one) => (
          <FolderTile key={one.id} one={one} place={place} onMove={() => setMoved(one)} />
        ))}
      </ul>
      <MoveDialog place={place} moved={moved} onClose={() => setMoved(undefined)} />
    </>
  );
}

function FolderTile({ one, place, onMove }: { one: CollectionView; place: Place; onMove(): void }) {
  const { id, name, count } = one;
  const within = listWithin(place.all, id);
  return (
    <li class="collection-place" {...useCollectionDrop(place, id)}>
      <CollectionLink
        one={one}
        coverUrl={within.map(coverOf).find((url) => url !== undefined)}
        onDragStart={({ dataTransfer }) => dataTransfer && offerCollection(dataTransfer, id)}
      >
        {texts.content(count, within.length - 1)}
        {isShared(one) && <span class="collection-sharers">{nameSharers(one)}</span>}
      </CollectionLink>
      <IconButton icon={FolderInput} label={texts.moveNamed(name)} class="collection-move" onClick={onMove} />
    </li>
  );
}

/** A sound, a text or a film without a picture covers nothing. */
const coverOf = ({ cover, coverUrl }: CollectionView): string | undefined =>
  cover?.thumbnailUrl ?? (cover?.mime.startsWith('image/') ? cover.url : undefined) ?? coverUrl;

interface CollectionLinkProps {
  one: CollectionView;
  coverUrl: string | undefined;
  onDragStart?(event: DragEvent): void;
  children: ComponentChildren;
}

function CollectionLink({ one, coverUrl, onDragStart, children }: CollectionLinkProps) {
  const { id, name } = one;
  return (
    <a
      class="collection"
      href={`/collections/${id}`}
      draggable={onDragStart !== undefined}
      {...(onDragStart && { onDragStart })}
    >
      <span class="collection-cover">
        {coverUrl === undefined ? (
          <Icon icon={Folder} size={24} />
        ) : (
          <img src={coverUrl} alt="" loading="lazy" draggable={false} />
        )}
        {isShared(one) && (
          <span class="collection-shared">
            <Icon icon={Users} />
          </span>
        )}
      </span>
      <strong class="sg-cut" dir="auto">
        {name}
      </strong>
      <span class="sg-quiet">{children}</span>
    </a>
  );
}

/** What others share with this person. */
export function JoinedCollections({ joined }: { joined: readonly CollectionView[] }) {
  if (joined.length === 0) return null;
  return (
    <section class="collections-joined">
      <h2>{sharingTexts.withMe}</h2>
      <ul class="collections-list">
        {joined.map((one) => (
          <li key={one.id} class="collection-place">
            <CollectionLink one={one} coverUrl={coverOf(one)}>
              {texts.content(one.count, 0)} · {sharingTexts.byOwner(namePerson(one.owner ?? {}))}
            </CollectionLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

const top = 'top';

/** The same as by dragging, by keys and by touch. */
export function MoveDialog(props: { place: Place; moved: CollectionView | undefined; onClose(): void }) {
  const { place, moved, onClose } = props;
  const [to, setTo] = useState(top);
  useEffect(() => setTo(moved?.parentId ?? top), [moved]);
  const { post, isBusy } = usePost(async () => {
    if (moved) await moveTo(place, moved.id, to === top ? null : to);
    onClose();
  });
  const places = moved
    ? place.all.filter(({ id }) => findPlaceFault(place.all, moved.id, id) === undefined)
    : [];
  return (
    <Dialog
      open={moved !== undefined}
      onClose={onClose}
      title={moved ? texts.moveNamed(moved.name) : texts.move}
      size="small"
      footer={
        <Button
          look="primary"
          busy={isBusy}
          disabled={to === (moved?.parentId ?? top)}
          onClick={() => void post()}
        >
          {texts.moveHere}
        </Button>
      }
    >
      <Field label={texts.place}>
        <Select
          options={[
            { value: top, label: texts.top },
            ...places
              .map(({ id }) => ({ value: id, label: namePath(place.all, id) }))
              .toSorted((a, b) => a.label.localeCompare(b.label)),
          ]}
          value={to}
          onChange={setTo}
        />
      </Field>
    </Dialog>
  );
}
