import { accountRoutes } from './accountRoutes.ts';
import { adminRoutes } from './adminRoutes.ts';
import { galleryRoutes } from './galleryRoutes.ts';
import { guildCreditRoutes } from './guildCreditRoutes.ts';
import { platformRoutes } from './platformRoutes.ts';
import type { RouteSpec } from './route.ts';
import { workRoutes } from './workRoutes.ts';

/** Every operation of the API by its operation id. */
export const routes = {
  ...accountRoutes,
  ...workRoutes,
  ...platformRoutes,
  ...galleryRoutes,
  ...guildCreditRoutes,
  ...adminRoutes,
} as const satisfies Record<string, RouteSpec>;

export type Routes = typeof routes;
export type OperationId = keyof Routes;
