import type { PointedFault } from '@star-graph/workflows/shared/pointer';
import type { Env } from '../../ground/config/config.ts';
import { Problem } from '../../ground/errors.ts';
import { createProviderFetch } from '../../people/identity/oidc/providerFetch.ts';

export type ModelSiteName = 'huggingface' | 'civitai';

/** Where people read about models. */
export interface ModelSite {
  name: ModelSiteName;
  /** Where it is asked: itself, or the operator's mirror. */
  origin: string;
  /** Hosts whose pages it has. */
  hosts: readonly string[];
}

type SitesEnv = Pick<Env, 'HUGGINGFACE_URL' | 'CIVITAI_URL' | 'MODEL_HOST_TOKENS'>;

const answerBytes = 8_000_000;
const pictureBytes = 20_000_000;
const timeoutMs = 10_000;
const mostRedirects = 3;

export interface ModelSites {
  /** @throws Problem `invalid-params` for an address of no model site. */
  siteOf(page: URL): ModelSite;
  /**
   * Asks with the operator's key for that host. @param path below the origin.
   * @throws Problem `invalid-params` for what the site refuses, with what to do; `unavailable` while it is away.
   */
  ask(site: ModelSite, path: string): Promise<unknown>;
  /**
   * A picture that the site's own answer named. Its key goes to the site alone. All other hosts must be on the public
   * internet. @throws Problem `invalid-params`, `unavailable`.
   */
  fetchPicture(site: ModelSite, address: string): Promise<Uint8Array>;
}

export function openModelSites(env: SitesEnv): ModelSites {
  const sites: ModelSite[] = [
    siteFor('huggingface', env.HUGGINGFACE_URL, ['huggingface.co', 'hf.co']),
    siteFor('civitai', env.CIVITAI_URL, ['civitai.com', 'www.civitai.com']),
  ];
  const origins = new Set(sites.map(({ origin }) => origin));
  const fetchAnswer = createProviderFetch(origins, { timeoutMs, answerBytes });
  const fetchBytes = createProviderFetch(origins, { timeoutMs, answerBytes: pictureBytes });

  const headersFor = ({ origin }: ModelSite, url: URL): Record<string, string> => {
    const token = url.origin === origin ? env.MODEL_HOST_TOKENS?.[url.host] : undefined;
    return { 'user-agent': 'star-graph', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  };

  async function get(
    site: ModelSite,
    url: URL,
    accept: string,
    fetch: typeof fetchAnswer = fetchAnswer,
  ): Promise<Response> {
    const headers = { ...headersFor(site, url), accept };
    let answer: Response;
    try {
      answer = await fetch(url.href, { method: 'GET', headers });
    } catch (error) {
      throw new Problem(
        'unavailable',
        `${url.host} does not answer, or says too much. Try again in a minute.`,
        {
          cause: error,
        },
      );
    }
    const { status } = answer;
    if (status === 429 || status >= 500)
      throw new Problem('unavailable', `${url.host} answers ${status}. Try again in a minute.`);
    const refusal = refusalOf(url.host, status, 'authorization' in headers);
    if (refusal !== undefined) throw pageProblem(refusal);
    return answer;
  }

  return {
    siteOf(page) {
      const site = sites.find(({ hosts }) => hosts.includes(page.host));
      if (!site) throw pageProblem('Give the address of a model’s page on huggingface.co or civitai.com.');
      return site;
    },
    async ask(site, path) {
      const url = new URL(path, site.origin);
      const answer = await get(site, url, 'application/json');
      if (answer.status >= 300)
        throw pageProblem(
          'The page has moved. Open it in a browser, and paste the address that it has there.',
        );
      try {
        return await answer.json();
      } catch (error) {
        throw pageProblem(`${url.host} answers with something else than what its interface promises.`, error);
      }
    },
    async fetchPicture(site, address) {
      let url = URL.canParse(address) ? new URL(address) : undefined;
      for (let hop = 0; hop <= mostRedirects && url && /^https?:$/.test(url.protocol); hop += 1) {
        const answer: Response = await get(site, url, 'image/*', fetchBytes);
        if (answer.status < 300) return new Uint8Array(await answer.arrayBuffer());
        const location = answer.headers.get('location');
        const from: string = url.href;
        url = location !== null && URL.canParse(location, from) ? new URL(location, from) : undefined;
      }
      throw pageProblem('The sample of this page cannot be fetched. Choose a picture of your own.');
    },
  };
}

const siteFor = (name: ModelSiteName, origin: string, hosts: readonly string[]): ModelSite => ({
  name,
  origin: new URL(origin).origin,
  hosts: [...hosts, new URL(origin).host],
});

/** The same statuses as the agent of a GPU machine meets, in the same words. */
function refusalOf(host: string, status: number, hadKey: boolean): string | undefined {
  if (status === 401 || status === 403)
    return hadKey
      ? `${host} does not show this page with your key (${status}). Correct the address, or accept the licence on the page with the account of the key.`
      : `${host} asks who you are (${status}). Correct the address, or set MODEL_HOST_TOKENS=${host}=… for the API, and accept the licence on the page.`;
  if (status === 404 || status === 410) return `${host} has no such page (${status}). Correct the address.`;
  return status >= 400 ? `${host} refuses to tell of this page (${status}).` : undefined;
}

export function pageProblem(message: string, cause?: unknown): Problem {
  const errors: PointedFault[] = [{ pointer: '/url', message }];
  return new Problem('invalid-params', message, { errors, cause });
}
