import { useEffect } from 'preact/hooks';
import { askName, findName } from './personNames.ts';

/** A person of whom only the id is known, by name; it leads to them. */
export function PersonName({ id }: { id: string }) {
  useEffect(() => askName(id), [id]);
  return (
    <a class="admin-person" href={`/admin/people?search=${encodeURIComponent(id)}`} title={id} dir="auto">
      {findName(id) ?? id.slice(-8)}
    </a>
  );
}
