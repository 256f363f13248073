import { Unreachable } from '@star-graph/client/clientProblem';
import { type ComponentType, h } from 'preact';
import { lazy } from 'preact-iso';
import { exec } from 'preact-iso/router';
import { LoadFailure } from '../data/LoadFailure.tsx';
import { expectView } from '../data/whenShown.ts';

interface ViewRoute {
  path: string;
  component: ComponentType & { preload(): Promise<unknown> };
}

/**
 * The view when its script has come. Where it does not, as while the server restarts, words stand in its place, and
 * the page begins anew: some browsers remember for a page's life that a script did not arrive.
 */
const view = (load: () => Promise<ComponentType>) =>
  lazy<ComponentType>(async () => {
    try {
      return await load();
    } catch (cause) {
      const error = new Unreachable('a script of the page did not arrive', { cause });
      return () => h(LoadFailure, { error, onRetry: () => location.reload() });
    }
  });

const create = view(async () => (await import('../views/create/CreateView.tsx')).CreateView);
const gallery = view(async () => (await import('../views/gallery/GalleryView.tsx')).GalleryView);

/** Views by address; each is loaded when it is first opened. The server answers these addresses with the page. */
export const viewRoutes: readonly ViewRoute[] = [
  { path: '/', component: create },
  { path: '/create/:workflow?', component: create },
  {
    path: '/gallery/deleted',
    component: view(async () => (await import('../views/gallery/DeletedView.tsx')).DeletedView),
  },
  { path: '/gallery/:assetId?', component: gallery },
  {
    path: '/collections',
    component: view(
      async () => (await import('../views/gallery/collections/CollectionsView.tsx')).CollectionsView,
    ),
  },
  {
    path: '/collections/join',
    component: view(async () => (await import('../views/gallery/collections/JoinView.tsx')).JoinView),
  },
  {
    path: '/collections/:collection/:assetId?',
    component: view(async () => (await import('../views/gallery/collections/SharedView.tsx')).CollectionPage),
  },
  {
    path: '/canvas/:project?',
    component: view(async () => (await import('../views/canvas/CanvasView.tsx')).CanvasView),
  },
  {
    path: '/explore/:publication?',
    component: view(async () => (await import('../views/explore/ExploreView.tsx')).ExploreView),
  },
  { path: '/queue', component: view(async () => (await import('../views/queue/QueueView.tsx')).QueueView) },
  {
    path: '/wall',
    component: view(async () => (await import('../activity/WallView.tsx')).WallView),
  },
  {
    path: '/account/:section?',
    component: view(async () => (await import('../views/account/AccountView.tsx')).AccountView),
  },
  {
    path: '/connect',
    component: view(async () => (await import('../views/signIn/ConnectView.tsx')).ConnectView),
  },
  {
    path: '/admin/:section?',
    component: view(async () => (await import('../views/admin/AdminView.tsx')).AdminView),
  },
];

/** Begins to fetch the view of an address while it is still being asked who is here. */
export function fetchView(address: string): void {
  const route = viewRoutes.find(({ path }) => exec(address, path));
  if (route) expectView(route.component.preload());
}
