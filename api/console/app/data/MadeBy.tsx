import type { MakerView } from '@star-graph/contract/users/makers';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';

const texts = defineTexts({
  key: {
    en: (name?: string) => (name ? `Made by the key ${name}` : 'Made by a key'),
    'zh-CN': (name?: string) => (name ? `由密钥 ${name} 创建` : '由密钥创建'),
  },
  program: {
    en: (name?: string) => (name ? `Made by the program ${name}` : 'Made by a program'),
    'zh-CN': (name?: string) => (name ? `由程序 ${name} 创建` : '由程序创建'),
  },
  session: {
    en: (name?: string) => (name ? `Made by the session ${name}` : 'Made by another session'),
    'zh-CN': (name?: string) => (name ? `由登录 ${name} 创建` : '由其他登录创建'),
  },
  'service-key': {
    en: (name?: string) => (name ? `Made by the service ${name}` : 'Made by a service'),
    'zh-CN': (name?: string) => (name ? `由服务 ${name} 创建` : '由服务创建'),
  },
});

/** What something hangs on and ends with; nothing where its person made it. */
export function MadeBy({ maker }: { maker: MakerView | undefined }) {
  if (maker === undefined) return null;
  const { kind, name } = maker;
  const known = kind === 'session' && name !== undefined ? (nameBrowser(name) ?? name) : name;
  return (
    <div class="sg-quiet" dir="auto">
      {texts[kind](known)}
    </div>
  );
}
