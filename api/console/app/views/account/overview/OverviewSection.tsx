import type { ProfileView } from '@star-graph/contract/users/profile';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Card, Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { formatDate } from '@star-graph/ui/texts/formats';
import type { Language } from '@star-graph/ui/texts/language';
import { LogOut } from 'lucide';
import { useCallback } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { showLanguage } from '../../../session/languageChoice.ts';
import { api, session, signOut } from '../../../session/session.ts';
import { SectionPart } from '../../../shell/SectionPart.tsx';
import { chooseTheme, theme, themes } from '../../../shell/theme.ts';
import { CodesSection } from '../codes/CodesSection.tsx';
import { DeletionCard } from './DeletionCard.tsx';
import { EmailCard } from './EmailCard.tsx';
import { ExportCard } from './ExportCard.tsx';
import { texts } from './texts.ts';

/** Who is signed in, and how the console speaks and looks. */
export function OverviewSection() {
  const now = session.value;
  if (now.state !== 'signedIn') return null;
  return <Overview profile={now.profile} />;
}

const languages: readonly { value: Language; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '简体中文' },
];

function Overview({ profile }: { profile: ProfileView }) {
  const leaving = usePost(signOut);
  const { id, username, role, createdAt } = profile;
  return (
    <div class="account-stack">
      <PageHead
        title={<span dir="auto">{username ?? texts.title}</span>}
        actions={
          <Button icon={LogOut} busy={leaving.isBusy} onClick={() => void leaving.post()}>
            {texts.signOut}
          </Button>
        }
      >
        {texts[role]}
      </PageHead>
      <PostFailure error={leaving.error} />
      <Card title={texts.appearance}>
        <div class="account-pair">
          <LanguageChoice locale={profile.locale} />
          <Field label={texts.theme} hint={texts.themeHint}>
            <Segmented
              wide
              options={themes.map((value) => ({ value, label: texts[value] }))}
              value={theme.value}
              onChange={chooseTheme}
            />
          </Field>
        </div>
      </Card>
      <EmailCard />
      <SectionPart name="codes">
        <CodesSection />
      </SectionPart>
      <Card title={texts.facts}>
        <Facts
          facts={[
            [texts.since, formatDate(createdAt)],
            ['ID', id],
          ]}
        />
      </Card>
      <ExportCard />
      <DeletionCard />
    </div>
  );
}

function LanguageChoice({ locale }: { locale: Language }) {
  const change = useCallback(async (chosen: Language) => {
    const profile = await api.patchProfile({ body: { locale: chosen } });
    session.value = { state: 'signedIn', profile };
    showLanguage(profile.locale);
  }, []);
  const { post, error } = usePost(change);
  return (
    <div class="account-form">
      <Field label={texts.language} hint={texts.languageHint}>
        <Segmented wide options={languages} value={locale} onChange={(chosen) => void post(chosen)} />
      </Field>
      <PostFailure error={error} />
    </div>
  );
}
