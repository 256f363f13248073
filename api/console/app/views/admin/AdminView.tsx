import { useRoute } from 'preact-iso';
import { Icon } from '../../../../ui/icons/Icon.tsx';
import { defineTexts } from '../../../../ui/texts/defineTexts.ts';
import { isAdmin, isModerator } from '../../session/session.ts';
import { NotFound } from '../NotFound.tsx';
import './admin.css';
import { adminSections } from './sections.ts';

const texts = defineTexts({ desk: { en: 'Administration', 'zh-CN': '管理' } });

/** The frame of the operator's desk. Everybody else finds nothing here: the API refuses them anyway. */
export function AdminView() {
  const { section } = useRoute().params;
  const open = adminSections.filter(({ forModerators }) => isAdmin() || (forModerators && isModerator()));
  const here = section === undefined ? open[0] : open.find(({ name }) => name === section);
  if (!here) return <NotFound />;
  const Section = here.component;
  return (
    <div class="admin">
      <nav class="admin-nav" aria-label={texts.desk}>
        {open.map(({ name, title, icon }) => (
          <a key={name} href={`/admin/${name}`} aria-current={name === here.name ? 'page' : undefined}>
            <Icon icon={icon} />
            {title()}
          </a>
        ))}
      </nav>
      <div class="admin-place">
        <Section key={here.name} />
      </div>
    </div>
  );
}
