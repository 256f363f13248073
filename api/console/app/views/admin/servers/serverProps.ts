import type { BackendView } from '../../../../../contract/admin/backends.ts';

/** What every part of the drawer gets. */
export interface ServerProps {
  server: BackendView;
  onChanged(): void;
}
