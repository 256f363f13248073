import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { findEnding } from '@star-graph/workflows/shared/mediaKinds';

/** A name that says what it is: its first words, and what tells it from others. */
export function fileNameOf(
  { params }: Pick<TaskView, 'params'>,
  { id, mime }: Pick<AssetView, 'id' | 'mime'>,
): string {
  const words = String(params.prompt ?? 'star-graph')
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase();
  const start = [...words].slice(0, 40).join('') || 'star-graph';
  return `${start}-${id.slice(-6)}.${findEnding(mime) ?? 'bin'}`;
}
