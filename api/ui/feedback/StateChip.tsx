import type { TaskStatus } from '@star-graph/workflows/shared/taskStatuses';
import { Check, Clock, type IconNode, Minus, X } from 'lucide';
import { Icon } from '../Icon.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { Ring } from './Ring.tsx';
import './feedback.css';

const texts = defineTexts({
  waiting: { en: 'Waiting', 'zh-CN': '排队中' },
  working: { en: 'Working', 'zh-CN': '生成中' },
  done: { en: 'Done', 'zh-CN': '已完成' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  cancelled: { en: 'Cancelled', 'zh-CN': '已取消' },
});

const forms: Record<TaskStatus, { word: keyof typeof texts; tone: string; icon: IconNode }> = {
  queued: { word: 'waiting', tone: 'plain', icon: Clock },
  assigned: { word: 'waiting', tone: 'plain', icon: Clock },
  running: { word: 'working', tone: 'accent', icon: Clock },
  succeeded: { word: 'done', tone: 'good', icon: Check },
  failed: { word: 'failed', tone: 'bad', icon: X },
  cancelled: { word: 'cancelled', tone: 'plain', icon: Minus },
};

/** The word that people know a task's state by. */
const nameState = (state: TaskStatus): string => texts[forms[state].word];

export function StateChip({ state, percent }: { state: TaskStatus; percent?: number | undefined }) {
  const { tone, icon } = forms[state];
  return (
    <span class={`sg-chip sg-chip-${tone}`}>
      {state === 'running' ? <Ring size={16} percent={percent} /> : <Icon icon={icon} />}
      <span>{nameState(state)}</span>
    </span>
  );
}
