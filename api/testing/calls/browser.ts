export interface Opened {
  url: URL;
  status: number;
  text: string;
  headers: Headers;
}

/** What a browser does between the pages of a sign-in: keeps cookies by host, and follows redirects. */
export interface TestBrowser {
  /** @returns the last answer, and the address of it: one of a stranger is not asked. */
  open(url: string, headers?: Record<string, string>): Promise<Opened>;
  /** The `Set-Cookie` lines that came. */
  readonly setCookies: readonly string[];
}

const mostRedirects = 20;

/** @param hosts that it asks, `127.0.0.1:8080`; an address elsewhere ends the walk. */
export function createBrowser(hosts: () => readonly string[]): TestBrowser {
  const jars = new Map<string, Map<string, string>>();
  const setCookies: string[] = [];
  return {
    setCookies,
    async open(address, headers = {}) {
      let url = new URL(address);
      for (let step = 0; step < mostRedirects; step++) {
        if (!hosts().includes(url.host)) return { url, status: 0, text: '', headers: new Headers() };
        const jar = jars.get(url.host) ?? new Map<string, string>();
        jars.set(url.host, jar);
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(url, { redirect: 'manual', headers: { ...headers, cookie } });
        for (const line of response.headers.getSetCookie()) {
          setCookies.push(line);
          const [pair = ''] = line.split(';');
          const at = pair.indexOf('=');
          if (pair.slice(at + 1) === '') jar.delete(pair.slice(0, at));
          else jar.set(pair.slice(0, at), pair.slice(at + 1));
        }
        const location = response.headers.get('location');
        const text = await response.text();
        if (location === null || response.status < 300 || response.status >= 400)
          return { url, status: response.status, text, headers: response.headers };
        const next = new URL(location, url);
        // What is behind the # goes on, unless the answer has its own.
        if (next.hash === '') next.hash = url.hash;
        url = next;
      }
      throw new Error('redirected without an end');
    },
  };
}

/** The code that a page shows. */
export const codeIn = (text: string): string => /<p class="code"[^>]*>([A-Z0-9-]+)</.exec(text)?.[1] ?? '';
