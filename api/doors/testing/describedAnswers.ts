import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TestApi } from '../../testing/servers/apiServer.ts';
import { fixture } from '../../testing/servers/fixtures.ts';

interface Described {
  content?: Record<string, unknown>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
}

/** Whether an answer is as its document says; undefined: it is of no address that the document has. */
type Check = (method: string, path: string, answer: Response) => Promise<string | undefined>;

/**
 * While a file's tests run, each answer of a door to `fetch`, which its clients use too, is compared with the door's
 * document: its status, its type, and the fields of JSON. The end of the file fails with those that are otherwise.
 */
export function checkAnswers(api: TestApi): void {
  fixture(async () => {
    const original = globalThis.fetch;
    const faults = new Set<string>();
    const doors = await Promise.all(
      [
        { name: 'openai', url: () => api.url, prefix: '' },
        { name: 'sdapi', url: () => api.sdapiUrl, prefix: '' },
        { name: 'graph', url: () => api.graphUrl, prefix: '/api' },
      ].map(async ({ name, url, prefix }) => {
        const document = (await (await original(`${api.url}/openapi/${name}.json`)).json()) as Document;
        return { url, prefix, check: createCheck(name, document) };
      }),
    );
    globalThis.fetch = async (input, init) => {
      const answer = await original(input, init);
      const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
      const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toLowerCase();
      const door = doors.find(({ url }) => isThere(url) && new URL(url()).origin === origin);
      if (!door) return answer;
      const path = pathname.replace(/^\/sg[a-z]_[^/]*/, '');
      const own = path.startsWith(`${door.prefix}/`) ? path.slice(door.prefix.length) : path;
      const fault = await door.check(method, own, answer);
      if (fault !== undefined) faults.add(`${method.toUpperCase()} ${own}: ${fault}`);
      return answer;
    };
    return {
      [Symbol.asyncDispose]: async () => {
        globalThis.fetch = original;
        if (faults.size > 0)
          throw new Error(`answers are not as their documents say:\n${[...faults].join('\n')}`);
      },
    };
  });
}

/** Whether the server has the port at all. */
function isThere(url: () => string): boolean {
  try {
    return url() !== '';
  } catch {
    return false;
  }
}

function createCheck(name: string, document: Document): Check {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, name);
  const kept = new Map<string, ValidateFunction>();
  const validatorOf = (pointer: string): ValidateFunction => {
    const known = kept.get(pointer) ?? ajv.compile({ $ref: `${name}#${pointer}` });
    kept.set(pointer, known);
    return known;
  };
  const paths = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return async (method, path, answer) => {
    // A name that is written out comes before a place for one.
    const found = paths.find((one) => one.path === path) ?? paths.find(({ pattern }) => pattern.test(path));
    const operation = found && document.paths[found.path]?.[method];
    if (!operation) return undefined;
    const { status } = answer;
    const described = [String(status), `${Math.floor(status / 100)}XX`].find(
      (one) => operation.responses[one] !== undefined,
    );
    if (described === undefined) return `${status} is not described`;
    const types = operation.responses[described]?.content ?? {};
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    const isEmpty = type === '' || answer.headers.get('content-length') === '0';
    if (Object.keys(types).length === 0) return isEmpty ? undefined : `${status} with ${type}`;
    const [media] = Object.keys(types).filter(
      (one) => one === type || one === '*/*' || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))),
    );
    if (media === undefined) return `${status} as ${type} is not described`;
    if (media !== 'application/json') return undefined;
    const parts = ['paths', found.path, method, 'responses', described, 'content', media, 'schema'];
    const validate = validatorOf(parts.map((part) => `/${inPointer(part)}`).join(''));
    if (validate(await answer.clone().json())) return undefined;
    return `${status}: ${ajv.errorsText(validate.errors).slice(0, 400)}`;
  };
}

/** As a part of a JSON pointer in an address. */
const inPointer = (part: string): string =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
