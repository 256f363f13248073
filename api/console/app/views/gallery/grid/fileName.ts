import { findEnding } from '@star-graph/workflows/shared/mediaKinds';

/** Short, told apart by the id, and sorted by date in a folder. */
export function fileNameOf({
  id,
  mime,
  createdAt,
}: {
  id: string;
  mime: string;
  createdAt?: string;
}): string {
  // Ids begin with their time, and end with what tells them apart.
  return [createdAt?.slice(0, 10), `${id.slice(-12)}.${findEnding(mime) ?? 'bin'}`].filter(Boolean).join('-');
}
