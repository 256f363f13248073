import { Pause, Play } from 'lucide';
import type { Ref } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../controls/IconButton.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { CompareSlider } from './CompareSlider.tsx';
import type { BeforePlace } from './comparePlace.ts';

const texts = defineTexts({
  play: { en: 'Play', 'zh-CN': '播放' },
  pause: { en: 'Pause', 'zh-CN': '暂停' },
});

export interface ComparedPicture {
  url: string;
  width: number;
  height: number;
  isFilm?: boolean;
  alt?: string;
  label?: string;
  /** Of an earlier one that the later one extends; else it fills the frame. */
  place?: BeforePlace | undefined;
}

interface ComparePicturesProps {
  before: ComparedPicture;
  after: ComparedPicture;
  class?: string | undefined;
}

/** Two pictures or films of any sizes by their addresses, in the shape of the later one. Films run in step. */
export function ComparePictures({ before, after, class: className }: ComparePicturesProps) {
  const earlier = useRef<HTMLVideoElement>(null);
  const later = useRef<HTMLVideoElement>(null);
  const isFilm = after.isFilm === true;
  const isPlaying = useStep(earlier, later, `${before.url} ${after.url}`);
  const toggle = () => {
    if (isPlaying) later.current?.pause();
    else void later.current?.play();
  };
  return (
    <CompareSlider
      class={className}
      size={after}
      before={<Layer picture={before} film={earlier} />}
      after={<Layer picture={after} film={later} />}
      {...(before.label !== undefined && { beforeLabel: before.label })}
      {...(after.label !== undefined && { afterLabel: after.label })}
    >
      {isFilm && (
        <span class="sg-compare-play">
          <IconButton
            look="glass"
            icon={isPlaying ? Pause : Play}
            label={isPlaying ? texts.pause : texts.play}
            onClick={toggle}
          />
        </span>
      )}
    </CompareSlider>
  );
}

function Layer({ picture, film }: { picture: ComparedPicture; film: Ref<HTMLVideoElement> }) {
  const { url, alt = '', isFilm, place } = picture;
  if (!isFilm) return <img src={url} alt={alt} draggable={false} style={place && styleOf(place)} />;
  return <video ref={film} src={url} aria-label={alt} muted loop playsInline preload="auto" />;
}

const styleOf = ({ left, top, width, height }: BeforePlace) => ({
  position: 'absolute' as const,
  left: `${left * 100}%`,
  top: `${top * 100}%`,
  inlineSize: `${width * 100}%`,
  blockSize: `${height * 100}%`,
});

/** Beyond this the eye sees that they are apart. */
const mostApartSeconds = 0.08;

/** The earlier film follows the later one. @returns whether they run */
function useStep(
  earlier: { current: HTMLVideoElement | null },
  later: { current: HTMLVideoElement | null },
  shown: string,
): boolean {
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    const leader = later.current;
    if (!leader) return;
    const ended = new AbortController();
    const follow = () => {
      const follower = earlier.current;
      setPlaying(!leader.paused);
      if (!follower) return;
      if (Math.abs(follower.currentTime - leader.currentTime) > mostApartSeconds)
        follower.currentTime = leader.currentTime;
      if (follower.paused === leader.paused) return;
      // A film that is not loaded yet starts at the next call.
      if (leader.paused) follower.pause();
      else follower.play().catch(() => undefined);
    };
    for (const name of ['play', 'pause', 'seeking', 'seeked', 'timeupdate'])
      leader.addEventListener(name, follow, { signal: ended.signal });
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches)
      // A browser that forbids it leaves the button.
      leader.play().catch(() => undefined);
    return () => ended.abort();
  }, [shown]);
  return isPlaying;
}
