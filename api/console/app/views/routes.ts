import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import { exec } from 'preact-iso/router';

export interface ViewRoute {
  path: string;
  component: ComponentType & { preload(): Promise<unknown> };
}

const create = lazy(async () => (await import('./create/CreateView.tsx')).CreateView);
const gallery = lazy(async () => (await import('./gallery/GalleryView.tsx')).GalleryView);

/** Views by address; each is loaded when it is first opened. The server answers these addresses with the page. */
export const viewRoutes: readonly ViewRoute[] = [
  { path: '/', component: create },
  { path: '/create/:workflow?', component: create },
  { path: '/gallery/:assetId?', component: gallery },
  {
    path: '/collections',
    component: lazy(async () => (await import('./gallery/collections/CollectionsView.tsx')).CollectionsView),
  },
  { path: '/collections/:collection/:assetId?', component: gallery },
  { path: '/queue', component: lazy(async () => (await import('./queue/QueueView.tsx')).QueueView) },
  {
    path: '/account/:section?',
    component: lazy(async () => (await import('./account/AccountView.tsx')).AccountView),
  },
  {
    path: '/admin/:section?',
    component: lazy(async () => (await import('./admin/AdminView.tsx')).AdminView),
  },
];

/** Begins to fetch the view of an address while it is still being asked who is here. */
export function fetchView(address: string): void {
  const route = viewRoutes.find(({ path }) => exec(address, path));
  // Whoever shows the view waits for the same answer.
  route?.component.preload().catch(() => {});
}
