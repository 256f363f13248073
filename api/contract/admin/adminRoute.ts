import { type RouteSpec, route } from '../route.ts';

type AdminSpec = Omit<RouteSpec, 'auth' | 'tag' | 'path'>;

/** A route that only administrators may call. */
export const adminRoute = <const Spec extends AdminSpec, const Path extends string>(path: Path, spec: Spec) =>
  route({ ...spec, path: `/api/admin/${path}`, auth: 'admin', tag: 'admin' });

/** A route that moderators may call too. */
export const moderatorRoute = <const Spec extends AdminSpec, const Path extends string>(
  path: Path,
  spec: Spec,
) => route({ ...spec, path: `/api/admin/${path}`, auth: 'moderator', tag: 'admin' });
