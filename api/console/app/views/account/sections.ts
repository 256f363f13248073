import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import {
  CircleUser,
  Code,
  Coins,
  KeyRound,
  Link2,
  MonitorSmartphone,
  Plug,
  ShieldCheck,
  Webhook,
} from 'lucide';
import { lazy } from 'preact-iso';
import type { ViewSection } from '../../shell/SectionFrame.tsx';

const texts = defineTexts({
  overview: { en: 'Overview', 'zh-CN': '概览' },
  security: { en: 'Security', 'zh-CN': '安全' },
  credits: { en: 'Credits', 'zh-CN': '积分' },
  codes: { en: 'Link codes', 'zh-CN': '关联代码' },
  sessions: { en: 'Sessions', 'zh-CN': '登录设备' },
  keys: { en: 'API keys', 'zh-CN': 'API 密钥' },
  programs: { en: 'Connected programs', 'zh-CN': '已连接的程序' },
  developers: { en: 'Integrations', 'zh-CN': '程序与密钥' },
  webhooks: { en: 'Webhooks', 'zh-CN': 'Webhook' },
});

const Overview = lazy(async () => (await import('./OverviewSection.tsx')).OverviewSection);
const Security = lazy(async () => (await import('./security/SecuritySection.tsx')).SecuritySection);
const Developers = lazy(async () => (await import('./developers/DevelopersSection.tsx')).DevelopersSection);

/** Each is loaded when it is first opened. */
export const accountSections: readonly ViewSection[] = [
  { name: 'overview', title: () => texts.overview, icon: CircleUser, component: Overview },
  { name: 'codes', partOf: 'overview', title: () => texts.codes, icon: Link2, component: Overview },
  { name: 'security', title: () => texts.security, icon: ShieldCheck, component: Security },
  {
    name: 'sessions',
    partOf: 'security',
    title: () => texts.sessions,
    icon: MonitorSmartphone,
    component: Security,
  },
  {
    name: 'credits',
    title: () => texts.credits,
    icon: Coins,
    component: lazy(async () => (await import('./CreditsSection.tsx')).CreditsSection),
  },
  { name: 'developers', title: () => texts.developers, icon: Code, component: Developers },
  { name: 'keys', partOf: 'developers', title: () => texts.keys, icon: KeyRound, component: Developers },
  { name: 'programs', partOf: 'developers', title: () => texts.programs, icon: Plug, component: Developers },
  {
    name: 'webhooks',
    partOf: 'developers',
    title: () => texts.webhooks,
    icon: Webhook,
    component: Developers,
  },
];
