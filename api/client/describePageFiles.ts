import type { ModelPageView } from '@star-graph/contract/admin/modelPages';
import type { ApiClient } from './client.ts';
import { ClientProblem } from './clientProblem.ts';

export type PageClient = Pick<ApiClient, 'adminTakeModelSample' | 'adminGetModel' | 'adminPutModel'>;

export type PageFile = ModelPageView['files'][number];

interface Confirmed {
  /** The page's address, as it was given. */
  url: string;
  roles?: readonly ('user' | 'moderator' | 'admin')[] | undefined;
  pricePercent?: number | undefined;
}

/**
 * Says of each file what its page says, before it is fetched, so that it is never on offer to more people or at another
 * price than was confirmed. What an administrator said before stays. Run again after a cut, it goes on.
 */
export async function describePageFiles(
  client: PageClient,
  page: ModelPageView,
  files: readonly PageFile[],
  { url, roles, pricePercent }: Confirmed,
): Promise<void> {
  const said = await Promise.all(files.map((file) => findEdited(client, file)));
  const wantsSample = page.hasSample && said.some((edited) => !edited?.fields?.sample);
  const sample = wantsSample ? (await client.adminTakeModelSample({ body: { url } })).id : null;
  for (const [index, file] of files.entries()) {
    const edited = said[index];
    const before = edited?.fields;
    await client.adminPutModel({
      params: { id: idOf(file) },
      body: {
        ...before,
        version: edited?.version ?? 0,
        title: before?.title ?? { en: page.title, 'zh-CN': page.title },
        family: before?.family ?? page.family,
        licence: before?.licence ?? page.licence,
        triggerWords: before?.triggerWords ?? (page.triggerWords.length > 0 ? page.triggerWords : null),
        sample: before?.sample ?? sample,
        roles: roles ? [...roles] : (before?.roles ?? null),
        pricePercent: pricePercent ?? before?.pricePercent ?? null,
      },
    });
  }
}

/** `folder/name` in base64url, without padding. */
const idOf = ({ folder, name }: PageFile): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(`${folder}/${name}`)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Undefined for a file that nobody has and of which nothing was said. */
async function findEdited(client: PageClient, file: PageFile) {
  try {
    return (await client.adminGetModel({ params: { id: idOf(file) } })).edited;
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'not-found') return undefined;
    throw error;
  }
}
