import { CloudOff, type IconNode, TriangleAlert } from 'lucide';
import type { ComponentChildren } from 'preact';
import { Button } from '../controls/Button.tsx';
import { Icon } from '../Icon.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import './feedback.css';

const texts = defineTexts({
  offline: { en: 'You’re offline', 'zh-CN': '您已离线' },
  offlineHint: {
    en: 'This page comes back by itself once there’s a connection.',
    'zh-CN': '恢复连接后，此页面会自动更新。',
  },
});

interface EmptyStateProps {
  icon?: IconNode;
  /** Instead of an icon. */
  picture?: ComponentChildren;
  title: string;
  /** One sentence: what will stand here, and how it gets here. */
  children?: ComponentChildren;
  /** The one thing to do. */
  action?: ComponentChildren;
}

export const EmptyState = ({ icon, picture, title, children, action }: EmptyStateProps) => (
  <div class="sg-state">
    {picture ?? (icon && <span class="sg-state-icon">{<Icon icon={icon} size={24} />}</span>)}
    <p class="sg-state-title">{title}</p>
    {children && <div class="sg-state-words">{children}</div>}
    {action && <div class="sg-state-action">{action}</div>}
  </div>
);

interface ErrorStateProps {
  /** What happened, in a sentence. */
  title: string;
  /** What to do. */
  children?: ComponentChildren;
  /** What does it. */
  action?: { label: string; onAction: () => void; busy?: boolean };
  /** For support, small: a problem's code and the request's id. */
  details?: string | undefined;
}

export const ErrorState = ({ title, children, action, details }: ErrorStateProps) => (
  <div class="sg-state sg-state-error" role="alert">
    <span class="sg-state-icon">
      <Icon icon={TriangleAlert} size={24} />
    </span>
    <p class="sg-state-title">{title}</p>
    {children && <div class="sg-state-words">{children}</div>}
    {action && (
      <div class="sg-state-action">
        <Button busy={action.busy ?? false} onClick={action.onAction}>
          {action.label}
        </Button>
      </div>
    )}
    {details && <code class="sg-state-details">{details}</code>}
  </div>
);

export const OfflineState = () => (
  <EmptyState icon={CloudOff} title={texts.offline}>
    {texts.offlineHint}
  </EmptyState>
);
