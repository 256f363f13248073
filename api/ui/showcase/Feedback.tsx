import { Images, ShieldCheck } from 'lucide';
import { Button } from '../controls/Button.tsx';
import { Chip } from '../feedback/Chip.tsx';
import { ConnectionDot } from '../feedback/ConnectionDot.tsx';
import { EmptyState, ErrorState, OfflineState } from '../feedback/EmptyState.tsx';
import { Progress } from '../feedback/Progress.tsx';
import { Ring } from '../feedback/Ring.tsx';
import { Skeleton, SkeletonText } from '../feedback/Skeleton.tsx';
import { Stars } from '../feedback/Stars.tsx';
import { StateChip } from '../feedback/StateChip.tsx';
import { Card } from '../layout/Card.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { Time } from '../texts/Time.tsx';

const texts = defineTexts({
  empty: { en: 'No pictures yet', 'zh-CN': '还没有图片' },
  emptyHint: { en: 'What you create will appear here.', 'zh-CN': '您创作的作品会显示在这里。' },
  create: { en: 'Create a picture', 'zh-CN': '创作图片' },
  failed: { en: 'The pictures could not be loaded', 'zh-CN': '无法加载图片' },
  failedHint: { en: 'The server did not answer in time.', 'zh-CN': '服务器没有及时响应。' },
  again: { en: 'Try again', 'zh-CN': '重试' },
});

export function Feedback() {
  return (
    <>
      <Card title="Ring">
        <div class="showcase-stack">
          <div class="showcase-row">
            <Ring size={96} percent={62} />
            <Ring size={64} percent={8} />
            <Ring size={48} percent={34} />
            <Ring size={32} percent={75} />
            <Ring size={24} percent={50} />
            <Ring size={16} percent={20} />
          </div>
          <div class="showcase-row">
            <Ring size={64} />
            <Ring size={20} />
            <Ring size={64} state="done" />
            <Ring size={20} state="done" />
            <Ring size={64} state="failed" />
            <Ring size={20} state="failed" />
          </div>
          <Progress label="Storage" value={62} />
          <Progress label="Quota" value={94} tone="warn" />
          <Progress label="Loading" />
        </div>
      </Card>
      <Card title="States and facts">
        <div class="showcase-stack">
          <div class="showcase-row">
            <StateChip state="queued" />
            <StateChip state="running" percent={40} />
            <StateChip state="succeeded" />
            <StateChip state="failed" />
            <StateChip state="cancelled" />
          </div>
          <div class="showcase-row">
            <Chip>SDXL</Chip>
            <Chip tone="accent" icon={ShieldCheck}>
              Administrator
            </Chip>
            <Chip tone="warn">Draining</Chip>
            <Chip removeLabel="Remove" onRemove={() => undefined}>
              lighthouse
            </Chip>
          </div>
          <div class="showcase-row">
            <Stars amount={96} />
            <Stars amount={-4} signed />
            <Time at={Date.now() - 3 * 3_600_000} />
            <ConnectionDot state="connected" />
            <ConnectionDot state="broken" />
          </div>
          <Skeleton ratio={3} />
          <SkeletonText />
        </div>
      </Card>
      <Card>
        <EmptyState icon={Images} title={texts.empty} action={<Button look="primary">{texts.create}</Button>}>
          {texts.emptyHint}
        </EmptyState>
      </Card>
      <Card>
        <ErrorState
          title={texts.failed}
          action={{ label: texts.again, onAction: () => undefined }}
          details="no-backend · 7f3a"
        >
          {texts.failedHint}
        </ErrorState>
      </Card>
      <Card>
        <OfflineState />
      </Card>
    </>
  );
}
