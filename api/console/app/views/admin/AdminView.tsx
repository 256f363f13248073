import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { useRoute } from 'preact-iso';
import { SectionFrame } from '../../shell/SectionFrame.tsx';
import './admin.css';
import { openAdminSections } from './sections.ts';

const texts = defineTexts({ desk: { en: 'Administration', 'zh-CN': '管理' } });

/** The operator's desk. Everybody else finds nothing here: the API refuses them anyway. */
export function AdminView() {
  const { section } = useRoute().params;
  return <SectionFrame label={texts.desk} path="/admin" sections={openAdminSections()} section={section} />;
}
