const endings: Record<string, string> = { 'image/jpeg': 'jpg', 'image/svg+xml': 'svg' };

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
  const ending = endings[mime] ?? mime.split('/')[1] ?? 'bin';
  // Ids begin with their time, and end with what tells them apart.
  return [createdAt?.slice(0, 10), `${id.slice(-12)}.${ending}`].filter(Boolean).join('-');
}
