import type { WallTask } from '@star-graph/contract/guilds/activityRoutes';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { PictureCard } from '@star-graph/ui/pictures/PictureCard.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import { LayoutGrid, Send } from 'lucide';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { startLive, stopLive } from '../data/live.ts';
import { describeProblem } from '../data/problemText.ts';
import { api } from '../session/session.ts';
import { NotFound } from '../shell/NotFound.tsx';
import { isShowing, names, type Room, room, wall } from './inDiscord.ts';
import './wall.css';

const texts = defineTexts({
  title: { en: 'Wall', 'zh-CN': '作品墙' },
  show: { en: 'Show here what I make', 'zh-CN': '在此展示我的作品' },
  showHint: {
    en: 'Everybody who is in this Activity sees it while you are in it.',
    'zh-CN': '您在此活动中时，活动中的所有人都能看到。',
  },
  empty: { en: 'Nothing here yet', 'zh-CN': '这里还没有作品' },
  emptyHint: {
    en: 'What anybody in this channel makes in the Activity appears here, while it’s being made.',
    'zh-CN': '本频道中任何人在此活动中创作的内容都会实时显示在这里。',
  },
  closed: { en: 'You’re not in this room any more', 'zh-CN': '您已不在此活动中' },
  again: { en: 'Look again', 'zh-CN': '重新查看' },
  somebody: { en: 'Somebody', 'zh-CN': '某位成员' },
  waiting: { en: 'Waiting', 'zh-CN': '等待中' },
  working: { en: 'Working', 'zh-CN': '生成中' },
  failed: { en: 'It failed', 'zh-CN': '失败' },
  nothing: { en: 'Nothing to show', 'zh-CN': '没有可显示的内容' },
  gone: { en: 'Cancelled', 'zh-CN': '已取消' },
  post: { en: 'Post to the channel', 'zh-CN': '发布到频道' },
  posted: { en: 'Posted to the channel', 'zh-CN': '已发布到频道' },
});

/** What the people in the room make, the newest first. */
export function WallView() {
  const here = room.value;
  const shown = wall.value;
  if (!here) return <NotFound />;
  const lookAgain = () => void stopLive().then(startLive);
  const tasks = shown instanceof Map ? [...shown.values()] : [];
  const newest = tasks.toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  return (
    <div class="wall">
      <header class="wall-head">
        <h1>{texts.title}</h1>
        <Switch
          checked={isShowing.value}
          onChange={(is) => {
            isShowing.value = is;
          }}
          label={texts.show}
          hint={texts.showHint}
        />
      </header>
      {shown === 'closed' && (
        <EmptyState
          icon={LayoutGrid}
          title={texts.closed}
          action={<Button onClick={lookAgain}>{texts.again}</Button>}
        />
      )}
      {shown instanceof Map && newest.length === 0 && (
        <EmptyState icon={LayoutGrid} title={texts.empty}>
          {texts.emptyHint}
        </EmptyState>
      )}
      <ul class="wall-grid">
        {newest.map((task) => (
          <WallItem key={task.id} task={task} room={here} />
        ))}
      </ul>
    </div>
  );
}

function WallItem({ task, room: { id, discordId } }: { task: WallTask; room: Room }) {
  const { route } = useLocation();
  const [output] = task.outputs;
  const [isPosting, setPosting] = useState(false);
  const isMine = task.discordId === discordId;
  const media = output && mediaKindOf(output.mime);
  const post = async (assetId: string) => {
    setPosting(true);
    try {
      await api.postToRoom({ params: { room: id }, body: { taskId: task.id, assetId } });
      showToast({ tone: 'good', text: texts.posted });
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    }
    setPosting(false);
  };
  return (
    <li class="wall-item">
      <PictureCard
        width={output?.width || 1}
        height={output?.height || 1}
        {...(media && { media })}
        url={media === 'video' ? output?.url : (output?.thumbnailUrl ?? output?.url)}
        posterUrl={output?.thumbnailUrl}
        unseen={output}
        alt={task.prompt}
        progress={output ? undefined : progressOf(task)}
        {...(output && isMine && { onOpen: () => route(`/gallery/${output.id}`) })}
      />
      <p class="wall-maker">
        <strong>{names.value.get(task.discordId) ?? texts.somebody}</strong> {task.prompt}
      </p>
      {output && isMine && (
        <Button size="small" icon={Send} busy={isPosting} onClick={() => void post(output.id)}>
          {texts.post}
        </Button>
      )}
    </li>
  );
}

/** Others are not told why: what a withheld result is stays between its person and the platform. */
const ends = { failed: 'failed', cancelled: 'gone', succeeded: 'nothing' } as const;

function progressOf({ status, progress }: WallTask) {
  if (isTerminal(status)) return { state: 'failed' as const, word: texts[ends[status]] };
  const { preview, percent } = progress;
  const frame = preview && { previewUrl: `data:${preview.mime};base64,${preview.base64}` };
  return status === 'running'
    ? { state: 'working' as const, percent, word: texts.working, ...frame }
    : { state: 'waiting' as const, word: texts.waiting };
}
