import { signal } from '@preact/signals';
import type { AdminUserView } from '@star-graph/contract/admin/adminUsers';
import { isProblem } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';

type Named = Pick<AdminUserView, 'username' | 'identities' | 'id'>;

/** The name that a person is known by here; the id for somebody without any. */
export const nameOf = ({ username, identities, id }: Named): string =>
  username ?? identities[0]?.displayName ?? id;

/** By id. Lists of the API name people by id alone, and most rows of a page are of the same few. */
const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();
let last: Promise<void> = Promise.resolve();

export const findName = (id: string): string | undefined => names.value.get(id);

/** For whoever was read anyway. */
export function keepName(person: Named): void {
  if (names.value.get(person.id) === nameOf(person)) return;
  asked.add(person.id);
  names.value = new Map(names.value).set(person.id, nameOf(person));
}

/** One at a time, so that a long list does not spend what the rate limit leaves to its reader. */
export function askName(id: string): void {
  if (asked.has(id)) return;
  asked.add(id);
  last = last.then(async () => {
    try {
      keepName(await api.adminGetUser({ params: { id } }));
    } catch (error) {
      // Somebody who was erased has no name any more; all else may be asked again with the next list.
      if (!isProblem(error, 'not-found')) asked.delete(id);
    }
  });
}
