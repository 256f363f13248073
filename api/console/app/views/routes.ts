import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';

export interface ViewRoute {
  path: string;
  component: ComponentType;
}

/** Views by address; each is loaded when it is first opened. The server answers these addresses with the page. */
export const viewRoutes: readonly ViewRoute[] = [
  { path: '/queue', component: lazy(async () => (await import('./queue/QueueView.tsx')).QueueView) },
];
