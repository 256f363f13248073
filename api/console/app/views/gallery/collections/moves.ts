import type { CollectionView } from '@star-graph/contract/assets/collections';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { holdsAsset, readDropped } from '@star-graph/ui/pictures/assetDrag';
import { findPlaceFault, pathTo } from '@star-graph/workflows/shared/collectionTree';
import { useState } from 'preact/hooks';
import { api } from '../../../session/session.ts';
import { sayProblem } from '../changes.ts';
import { addToCollection } from './readCollections.ts';
import { texts } from './texts.ts';

/** A page sees only the types of what is dragged over it, so each kind has one of its own. */
const dragType = 'application/x-star-graph-collection';

export function offerCollection(transfer: DataTransfer, id: string): void {
  transfer.setData(dragType, id);
  transfer.effectAllowed = 'move';
}

/** From the outermost on: names in two places may be the same. */
export const namePath = (all: readonly CollectionView[], id: string): string =>
  pathTo(all, id)
    .map(({ name }) => name)
    .join(' / ');

export interface Place {
  all: readonly CollectionView[];
  /** Something has moved. */
  onChange(): void;
}

/** At once, with a way back. @param to null: out of all collections. */
export async function moveTo({ all, onChange }: Place, id: string, to: string | null): Promise<void> {
  const moved = all.find((one) => one.id === id);
  if (!moved || (moved.parentId ?? null) === to) return;
  const fault = findPlaceFault(all, id, to);
  if (fault !== undefined) {
    showToast({ tone: 'bad', text: fault === 'itself' ? texts.notInItself : texts.notSoDeep });
    return;
  }
  const move = async (parentId: string | null, version: number) => {
    await api.moveCollection({ params: { id }, body: { parentId, version } });
    onChange();
  };
  try {
    await move(to, moved.version);
    const undo = () => move(moved.parentId ?? null, moved.version + 1).catch(sayProblem);
    showToast({
      text: to === null ? texts.movedOut(moved.name) : texts.moved(moved.name, namePath(all, to)),
      action: { label: texts.undo, onAction: () => void undo() },
    });
  } catch (error) {
    sayProblem(error);
  }
}

/** Where collections and pictures may be dropped. @param to null: the place of those that are in none. */
export function useCollectionDrop(place: Place, to: string | null) {
  const [isOver, setOver] = useState(false);
  const takes = ({ types }: DataTransfer) =>
    types.includes(dragType) || (to !== null && holdsAsset({ types }));
  return {
    'data-over': isOver || undefined,
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer || !takes(event.dataTransfer)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      setOver(false);
      const { dataTransfer } = event;
      if (!dataTransfer || !takes(dataTransfer)) return;
      event.preventDefault();
      const moved = dataTransfer.getData(dragType);
      if (moved !== '') void moveTo(place, moved, to);
      else if (to !== null) void putPicture(place, dataTransfer, to);
    },
  };
}

async function putPicture({ all, onChange }: Place, transfer: DataTransfer, to: string): Promise<void> {
  const dropped = readDropped(transfer, 'image');
  if (dropped?.kind !== 'asset') return;
  try {
    await addToCollection(to, [dropped.asset.assetId]);
    showToast({ tone: 'good', text: texts.added(namePath(all, to)) });
    onChange();
  } catch (error) {
    sayProblem(error);
  }
}
