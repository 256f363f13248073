import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { useRoute } from 'preact-iso';
import { SectionFrame } from '../../shell/SectionFrame.tsx';
import './account.css';
import { accountSections } from './sections.ts';

const texts = defineTexts({ account: { en: 'Account', 'zh-CN': '账号' } });

/** What belongs to the person alone. */
export const AccountView = () => (
  <SectionFrame
    label={texts.account}
    path="/account"
    sections={accountSections}
    section={useRoute().params.section}
  />
);
