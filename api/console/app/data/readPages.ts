export type PageReader<T> = (query: {
  limit: number;
  cursor?: string;
}) => Promise<{ items: T[]; nextCursor?: string | null | undefined }>;

/** A list as a whole, read page by page. */
export async function readPages<T>(readPage: PageReader<T>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await readPage({ limit: 100, ...(cursor && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}
