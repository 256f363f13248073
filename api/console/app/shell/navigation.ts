import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import {
  Brush,
  CircleUser,
  Compass,
  type IconNode,
  Image,
  LayoutGrid,
  ListChecks,
  Settings2,
  Sparkles,
} from 'lucide';
import { isInDiscord } from '../activity/inDiscord.ts';
import { isExploreOpen } from '../views/explore/exploreState.ts';

const texts = defineTexts({
  create: { en: 'Create', 'zh-CN': '创作' },
  canvas: { en: 'Canvas', 'zh-CN': '画布' },
  gallery: { en: 'Gallery', 'zh-CN': '图库' },
  explore: { en: 'Explore', 'zh-CN': '探索' },
  wall: { en: 'Wall', 'zh-CN': '作品墙' },
  queue: { en: 'Tasks', 'zh-CN': '任务' },
  account: { en: 'Account', 'zh-CN': '账号' },
  admin: { en: 'Admin', 'zh-CN': '管理' },
});

export interface Destination {
  path: string;
  name(): string;
  icon: IconNode;
}

const all: readonly Destination[] = [
  { path: '/create', name: () => texts.create, icon: Sparkles },
  { path: '/canvas', name: () => texts.canvas, icon: Brush },
  { path: '/gallery', name: () => texts.gallery, icon: Image },
  { path: '/explore', name: () => texts.explore, icon: Compass },
  { path: '/queue', name: () => texts.queue, icon: ListChecks },
  { path: '/account', name: () => texts.account, icon: CircleUser },
];

/** What a session of Discord's Activity does something at. */
const inDiscord: readonly Destination[] = [
  ...all.filter(({ path }) => ['/create', '/canvas', '/gallery'].includes(path)),
  { path: '/wall', name: () => texts.wall, icon: LayoutGrid },
];

/** What the rail and the phone's bar lead to; Explore while it is open. */
export const listDestinations = (): readonly Destination[] => {
  if (isInDiscord) return inDiscord;
  return isExploreOpen.value ? all : all.filter(({ path }) => path !== '/explore');
};

/** Only administrators and moderators see this destination. */
export const adminDestination: Destination = { path: '/admin', name: () => texts.admin, icon: Settings2 };

/** `/` is the first of them. */
export const isHere = ({ path }: Destination, here: string): boolean =>
  here === path ||
  here.startsWith(`${path}/`) ||
  (here === '/' && path === '/create') ||
  (path === '/gallery' && here.startsWith('/collections'));
