import { signal } from '@preact/signals';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ConnectionDot } from '@star-graph/ui/feedback/ConnectionDot.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { language } from '@star-graph/ui/texts/language';
import { CircleQuestionMark, Megaphone, Search, Star, X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { isInDiscord, workingCount } from '../activity/inDiscord.ts';
import { openWorkflows } from '../data/catalogue.ts';
import { connection, openCount, startLive, stopLive } from '../data/live.ts';
import { useResource } from '../data/useResource.ts';
import { api, isModerator } from '../session/session.ts';
import { askExplore } from '../views/explore/exploreState.ts';
import { balance, followBalance } from './balance.ts';
import { followEnds, viewName } from './endNotices.ts';
import { guideOf, hasGuide } from './guide.ts';
import { adminDestination, type Destination, isHere, listDestinations } from './navigation.ts';
import { useOnline } from './useOnline.ts';
import './shell.css';

const texts = defineTexts({
  skip: { en: 'Skip to the content', 'zh-CN': '跳到内容' },
  find: { en: 'Find', 'zh-CN': '查找' },
  help: { en: 'Help', 'zh-CN': '帮助' },
  helpTitle: { en: 'About this view, in a new tab', 'zh-CN': '在新标签页中查看此页面的说明' },
  credits: { en: 'Credits', 'zh-CN': '积分' },
  main: { en: 'Main', 'zh-CN': '主导航' },
  open: {
    en: (count: number) => `${count} in progress`,
    'zh-CN': (count: number) => `${count} 个进行中`,
  },
});

/** The frame of every view: the rail, or on a phone the bar at the bottom and the rail's end at the top. */
export function Shell({ children }: { children: ComponentChildren }) {
  useEffect(() => {
    startLive();
    void askExplore();
    // What is on offer depends on the person. The views that need it say so when it fails; the others do without.
    openWorkflows().catch(() => {});
    const stopEnds = followEnds();
    const stopBalance = followBalance();
    // A file that misses its place would open instead of the page, and take all that is on it away.
    const keepPage = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    addEventListener('dragover', keepPage);
    addEventListener('drop', keepPage);
    return () => {
      stopEnds();
      removeEventListener('dragover', keepPage);
      removeEventListener('drop', keepPage);
      stopBalance();
      void stopLive();
    };
  }, []);
  const { path } = useLocation();
  const here = [...listDestinations(), adminDestination].find((one) => isHere(one, path))?.name();
  useEffect(() => {
    viewName.value = here;
  }, [here]);
  return (
    <div class="shell">
      <a class="shell-skip" href="#content">
        {texts.skip}
      </a>
      <nav class="rail" aria-label={texts.main}>
        <a class="rail-star" href="/create" aria-label="Star-Graph">
          <img src="/star.svg" alt="" width="32" height="32" />
        </a>
        {listDestinations().map((destination) => (
          <RailLink key={destination.path} destination={destination} />
        ))}
        {isModerator() && <RailLink destination={adminDestination} />}
        <div class="rail-end">
          <button
            type="button"
            class="rail-link rail-find"
            aria-keyshortcuts="Control+K Meta+K"
            title="Ctrl K"
            onClick={openPalette}
          >
            <Icon icon={Search} size={20} />
            <span>{texts.find}</span>
          </button>
          {hasGuide.value && !isInDiscord && (
            <a
              class="rail-link rail-help"
              href={guideOf(path, language.value)}
              target="_blank"
              rel="noopener"
              title={texts.helpTitle}
            >
              <Icon icon={CircleQuestionMark} size={20} />
              <span>{texts.help}</span>
            </a>
          )}
          <ConnectionState />
          <a class="rail-link rail-credits" href="/account/credits">
            <span class="sg-hidden">{texts.credits}</span>
            {balance.value ? (
              <Stars amount={balance.value.available} />
            ) : (
              <Icon icon={Star} class="sg-star" />
            )}
          </a>
        </div>
      </nav>
      <div class="shell-main">
        <Notices />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <PaletteKeys />
    </div>
  );
}

function RailLink({ destination }: { destination: Destination }) {
  const { path } = useLocation();
  const { path: to } = destination;
  const count = to === '/queue' ? openCount.value : to === '/wall' ? workingCount.value : 0;
  return (
    <a
      class="rail-link"
      href={destination.path}
      aria-current={isHere(destination, path) ? 'page' : undefined}
    >
      <Icon icon={destination.icon} size={20} />
      <span>{destination.name()}</span>
      {count > 0 && (
        <span class="rail-count">
          <span aria-hidden="true">{count}</span>
          <span class="sg-hidden">{texts.open(count)}</span>
        </span>
      )}
    </a>
  );
}

const roomTexts = defineTexts({
  told: {
    en: 'Everybody in this Activity sees what you make here.',
    'zh-CN': '此活动中的所有人都能看到您在此创作的内容。',
  },
  wall: { en: 'Wall', 'zh-CN': '作品墙' },
});

/** Before anybody makes something that others see; it goes when the wall was opened. */
function RoomNotice() {
  const { path } = useLocation();
  const [isRead, setRead] = useState(false);
  const isThere = path === '/wall';
  useEffect(() => {
    if (isThere) setRead(true);
  }, [isThere]);
  if (isRead || isThere) return null;
  return (
    <div class="shell-notice" role="status">
      <Icon icon={Megaphone} />
      <span class="shell-notice-text">
        {roomTexts.told} <a href="/wall">{roomTexts.wall}</a>
      </span>
    </div>
  );
}

/** Views that fill the window leave as much room as these take. */
function Notices() {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    const tell = () => style.setProperty('--notices', `${place.current?.offsetHeight ?? 0}px`);
    const watcher = new ResizeObserver(tell);
    if (place.current) watcher.observe(place.current);
    return () => {
      watcher.disconnect();
      style.removeProperty('--notices');
    };
  }, []);
  return (
    <div ref={place}>
      <Announcements />
      {isInDiscord && <RoomNotice />}
    </div>
  );
}

const announcementsTexts = defineTexts({
  hide: { en: 'Hide this notice', 'zh-CN': '隐藏此公告' },
  more: { en: (count: number) => `${count} more`, 'zh-CN': (count: number) => `还有 ${count} 条` },
});
const storageKey = 'hidden-announcements';

/** What the operator announces, above every view until the person hides it: the newest, and the others on wish. */
function Announcements() {
  const { value } = useResource(() => api.listAnnouncements(), []);
  const [hidden, setHidden] = useState(readHidden);
  const [isOpen, setOpen] = useState(false);
  const all = (value?.items ?? []).filter(({ id }) => !hidden.includes(id));
  const shown = isOpen ? all : all.slice(0, 1);
  const more = all.length - shown.length;
  const hide = (id: string) => {
    const next = [...hidden, id];
    setHidden(next);
    localStorage.setItem(storageKey, JSON.stringify(next));
  };
  return (
    <>
      {shown.map(({ id, message }) => (
        <div class="shell-notice" key={id} role="status">
          <Icon icon={Megaphone} />
          <span class="shell-notice-text">{message[language.value]}</span>
          {more > 0 && (
            <Button look="quiet" size="small" onClick={() => setOpen(true)}>
              {announcementsTexts.more(more)}
            </Button>
          )}
          <IconButton icon={X} size="small" label={announcementsTexts.hide} onClick={() => hide(id)} />
        </div>
      ))}
    </>
  );
}

function readHidden(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    // Somebody else wrote there.
    return [];
  }
}

/** The true state of the line that brings the news. It is `broken` once it was there and is not any more. */
function ConnectionState() {
  const [wasConnected, setWasConnected] = useState(false);
  const isOnline = useOnline();
  const isConnected = connection.value === 'connected';
  useEffect(() => {
    if (isConnected) setWasConnected(true);
  }, [isConnected]);
  if (!isOnline) return <ConnectionDot state="offline" />;
  return <ConnectionDot state={isConnected ? 'connected' : wasConnected ? 'broken' : 'connecting'} />;
}

const shown = signal<'palette' | 'shortcuts' | undefined>(undefined);
const close = () => {
  shown.value = undefined;
};
const openPalette = (): void => {
  shown.value = 'palette';
};

const Palette = loadPart(async () => (await import('./Palette.tsx')).Palette);
const ShortcutSheet = loadPart(async () => (await import('./ShortcutSheet.tsx')).ShortcutSheet);

/** Ctrl-K (Cmd-K) finds, `?` tells the keys, wherever the focus is. What lies above the view is finished first. */
function PaletteKeys() {
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const wanted = readKey(event);
      if (!wanted || event.defaultPrevented || document.querySelector('[aria-modal=true]')) return;
      event.preventDefault();
      shown.value = wanted;
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
      close();
    };
  }, []);
  return (
    <>
      {shown.value === 'palette' && <Palette onClose={close} />}
      {shown.value === 'shortcuts' && <ShortcutSheet onClose={close} />}
    </>
  );
}

function readKey(event: KeyboardEvent): 'palette' | 'shortcuts' | undefined {
  const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
  if (altKey || isComposing) return undefined;
  if (key.toLowerCase() === 'k' && ctrlKey !== metaKey && !shiftKey) return 'palette';
  const isTyping = (event.target as HTMLElement).closest('input, textarea, select, [contenteditable]');
  return key === '?' && !ctrlKey && !metaKey && !isTyping ? 'shortcuts' : undefined;
}
