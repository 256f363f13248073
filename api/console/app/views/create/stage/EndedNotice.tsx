import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { CircleAlert, CircleSlash, EyeOff } from 'lucide';
import { describeEnd } from './describeEnd.ts';
import { Notice } from './Notice.tsx';

export interface EndedNoticeProps {
  task: TaskView;
  onAgain: (() => void) | undefined;
  onChange: (() => void) | undefined;
}

export const endIcons = {
  failed: CircleAlert,
  cancelled: CircleSlash,
  withheld: EyeOff,
  deleted: CircleSlash,
} as const;

/** A task that ended without anything to show. */
export function EndedNotice({ task, ...ways }: EndedNoticeProps) {
  const end = describeEnd(task);
  if (!end) return null;
  const tone = end.kind === 'failed' ? 'bad' : 'plain';
  return <Notice {...ways} icon={endIcons[end.kind]} tone={tone} title={end.title} hint={end.hint} />;
}
