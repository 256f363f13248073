import type { ProfileView } from '@star-graph/contract/users/profile';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Card, Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatDate } from '@star-graph/ui/texts/formats';
import type { Language } from '@star-graph/ui/texts/language';
import { LogOut } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import { showLanguage } from '../../session/languageChoice.ts';
import { api, endSession, session, signOut } from '../../session/session.ts';
import { SectionPart } from '../../shell/SectionPart.tsx';
import { chooseTheme, theme, themes } from '../../shell/theme.ts';
import { CodesSection } from './CodesSection.tsx';
import { EmailCard } from './EmailCard.tsx';
import { ExportCard } from './ExportCard.tsx';
import { ProofDialog } from './ProofDialog.tsx';
import type { Proof } from './readProof.ts';
import { hasPassword } from './useProof.ts';

const texts = defineTexts({
  title: { en: 'Your account', 'zh-CN': '您的账号' },
  user: { en: 'User', 'zh-CN': '用户' },
  moderator: { en: 'Moderator', 'zh-CN': '版主' },
  admin: { en: 'Administrator', 'zh-CN': '管理员' },
  signOut: { en: 'Sign out', 'zh-CN': '退出登录' },
  appearance: { en: 'Language and appearance', 'zh-CN': '语言与外观' },
  language: { en: 'Language', 'zh-CN': '语言' },
  languageHint: {
    en: 'Also used for e-mails to you.',
    'zh-CN': '发送给您的邮件也使用此语言。',
  },
  theme: { en: 'Theme', 'zh-CN': '主题' },
  themeHint: { en: 'This browser only.', 'zh-CN': '仅限此浏览器。' },
  auto: { en: 'System', 'zh-CN': '跟随系统' },
  light: { en: 'Light', 'zh-CN': '浅色' },
  dark: { en: 'Dark', 'zh-CN': '深色' },
  deletion: { en: 'Delete your account', 'zh-CN': '删除账号' },
  deletionWords: {
    en: 'Erases everything you made and wrote. Any credits left are lost.',
    'zh-CN': '您生成与填写的全部内容都会被清除，剩余积分也会作废。',
  },
  deletionRecent: {
    en: 'If you signed in more than ten minutes ago, sign in again first.',
    'zh-CN': '如果您登录已超过十分钟，请先重新登录。',
  },
  deletionStart: { en: 'Delete your account…', 'zh-CN': '删除账号…' },
  deleteAccount: { en: 'Delete account', 'zh-CN': '删除账号' },
  deletionTitle: { en: 'Delete this account?', 'zh-CN': '删除此账号？' },
  deletionAsk: {
    en: 'All sessions, keys and shared links stop working immediately. This can’t be undone.',
    'zh-CN': '所有登录、密钥与分享链接会立即失效，且无法恢复。',
  },
  facts: { en: 'About this account', 'zh-CN': '账号信息' },
  since: { en: 'Joined', 'zh-CN': '注册时间' },
});

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
  const { post, error } = usePost(async (chosen: Language) => {
    const profile = await api.patchProfile({ body: { locale: chosen } });
    session.value = { state: 'signedIn', profile };
    showLanguage(profile.locale);
  });
  return (
    <div class="account-form">
      <Field label={texts.language} hint={texts.languageHint}>
        <Segmented wide options={languages} value={locale} onChange={(chosen) => void post(chosen)} />
      </Field>
      <PostFailure error={error} />
    </div>
  );
}

/** Deletes the account, after the question and a proof. An account without a password has signed in just now. */
function DeletionCard() {
  const [isAsking, setAsking] = useState(false);
  const remove = useCallback(async (proof: Proof) => {
    await api.deleteAccount({ body: proof });
    endSession();
  }, []);
  return (
    <Card title={texts.deletion}>
      <div class="account-form">
        <p class="account-words">{texts.deletionWords}</p>
        <div class="account-row">
          <Button look="danger" onClick={() => setAsking(true)}>
            {texts.deletionStart}
          </Button>
        </div>
      </div>
      {isAsking && (
        <ProofDialog
          onClose={() => setAsking(false)}
          title={texts.deletionTitle}
          words={
            <>
              {texts.deletionAsk} {!hasPassword() && texts.deletionRecent}
            </>
          }
          confirmLabel={texts.deleteAccount}
          danger
          asksFactor={false}
          work={remove}
        />
      )}
    </Card>
  );
}
