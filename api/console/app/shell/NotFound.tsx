import { LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Compass } from 'lucide';

const texts = defineTexts({
  title: { en: 'Nothing here', 'zh-CN': '此页面不存在' },
  message: {
    en: 'The address may be wrong, or the content was deleted.',
    'zh-CN': '地址可能有误，或内容已被删除。',
  },
  create: { en: 'Go to Create', 'zh-CN': '前往创作' },
});

export function NotFound() {
  return (
    <EmptyState
      icon={Compass}
      title={texts.title}
      action={<LinkButton href="/create">{texts.create}</LinkButton>}
    >
      {texts.message}
    </EmptyState>
  );
}
