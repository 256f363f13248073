import { type RouteSpec, route } from '../route.ts';

/** A route that only administrators may call. */
export const adminRoute = <
  const Spec extends Omit<RouteSpec, 'auth' | 'tag' | 'path'>,
  const Path extends string,
>(
  path: Path,
  spec: Spec,
) => route({ ...spec, path: `/api/admin/${path}`, auth: 'admin', tag: 'admin' });
