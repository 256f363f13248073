import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Search, Star } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { joinWorkflows } from '../data/catalogue.ts';
import { openCount, startLive, stopLive } from '../data/live.ts';
import { isModerator } from '../session/session.ts';
import { Announcements } from './Announcements.tsx';
import { balance, followBalance } from './balance.ts';
import { ConnectionState } from './ConnectionState.tsx';
import { followEnds, viewName } from './endNotices.ts';
import { adminDestination, type Destination, destinations, isHere } from './navigation.ts';
import { openPalette, PaletteKeys } from './PaletteKeys.tsx';
import './shell.css';

const texts = defineTexts({
  skip: { en: 'Skip to the content', 'zh-CN': '跳到内容' },
  find: { en: 'Find', 'zh-CN': '查找' },
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
    // What is on offer depends on the person. The views that need it say so when it fails; the others do without.
    joinWorkflows().catch(() => {});
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
  const here = [...destinations, adminDestination].find((one) => isHere(one, path))?.name();
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
        {destinations.map((destination) => (
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
        <Announcements />
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
  const count = destination.path === '/queue' ? openCount.value : 0;
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
