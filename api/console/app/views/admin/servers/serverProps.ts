import type { BackendView } from '@star-graph/contract/admin/backends';

/** What every part of the drawer gets. */
export interface ServerProps {
  server: BackendView;
  onChanged(): void;
}
