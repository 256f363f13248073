import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { SectionPart } from '../../../shell/SectionPart.tsx';
import { ProgramsSection } from '../security/ProgramsSection.tsx';
import { KeysSection } from './KeysSection.tsx';
import { WebhooksSection } from './WebhooksSection.tsx';

const texts = defineTexts({
  title: { en: 'Integrations', 'zh-CN': '程序与密钥' },
  intro: {
    en: 'What acts for you, and what is told of your tasks.',
    'zh-CN': '代您操作的程序，以及接收任务动态的地址。',
  },
});

/** All that programs have to do with the account. */
export const DevelopersSection = () => (
  <div class="account-stack">
    <PageHead title={texts.title}>{texts.intro}</PageHead>
    <SectionPart name="keys">
      <KeysSection />
    </SectionPart>
    <SectionPart name="programs">
      <ProgramsSection />
    </SectionPart>
    <SectionPart name="webhooks">
      <WebhooksSection />
    </SectionPart>
  </div>
);
