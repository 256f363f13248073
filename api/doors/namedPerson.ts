import type { IncomingHttpHeaders } from 'node:http';
import type { NamedPerson } from '@star-graph/core/people/identity/credentials/keyPeople';

/** In which programs name the person of a request, by the id that the person has with them. */
const idHeaders = ['x-openwebui-user-id', 'x-librechat-user-id', 'star-graph-person'];
const tokenHeader = 'x-openwebui-user-jwt';

/** Only a key that speaks for people is asked whom it names: for any other one these headers say nothing. */
export function readPerson({ headers }: { headers: IncomingHttpHeaders }): NamedPerson {
  const ids = new Set(idHeaders.flatMap((name) => headers[name] ?? []).filter((id) => id !== ''));
  const token = headers[tokenHeader];
  return { ids: [...ids], token: typeof token === 'string' ? token : undefined };
}
