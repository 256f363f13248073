import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Copy, Trash2 } from 'lucide';
import type { ComponentChildren } from 'preact';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { copyText } from './copyText.ts';
import './share.css';

const texts = defineTexts({
  life: { en: 'Valid for', 'zh-CN': '有效期' },
  day: { en: '1 day', 'zh-CN': '1 天' },
  week: { en: '1 week', 'zh-CN': '1 周' },
  month: { en: '30 days', 'zh-CN': '30 天' },
  link: { en: 'Link', 'zh-CN': '链接' },
  copy: { en: 'Copy link', 'zh-CN': '复制链接' },
  copied: { en: 'Link copied', 'zh-CN': '链接已复制' },
  working: { en: 'Active links', 'zh-CN': '有效链接' },
  ends: { en: 'Expires', 'zh-CN': '到期：' },
  withdraw: { en: 'Revoke', 'zh-CN': '撤销' },
});

/** For how many hours a link is good. */
export type Life = '24' | '168' | '720';

interface LifeFieldProps {
  value: Life;
  /** The longest of them. */
  most?: '168' | '720';
  onChange(life: Life): void;
}

export const LifeField = ({ value, most = '720', onChange }: LifeFieldProps) => (
  <Field label={texts.life}>
    <Segmented
      wide
      value={value}
      onChange={onChange}
      options={[
        { value: '24', label: texts.day },
        { value: '168', label: texts.week },
        ...(most === '720' ? [{ value: most, label: texts.month }] : []),
      ]}
    />
  </Field>
);

export const copyLink = (url: string): void => copyText(url, texts.copied);

/** A new link, which is seen only now. */
export const LinkField = ({ url }: { url: string | undefined }) =>
  url === undefined ? null : (
    <TextField
      label={texts.link}
      type="url"
      value={url}
      readOnly
      onChange={() => {}}
      onFocus={({ currentTarget }) => currentTarget.select()}
      end={<IconButton size="small" icon={Copy} label={texts.copy} onClick={() => copyLink(url)} />}
    />
  );

/** Those that still work. */
export const LinkList = ({ children }: { children: ComponentChildren }) => (
  <section class="share-links">
    <h3>{texts.working}</h3>
    <ul>{children}</ul>
  </section>
);

interface LinkLineProps {
  expiresAt: string;
  onWithdraw(): Promise<void>;
  children?: ComponentChildren;
}

export function LinkLine({ expiresAt, onWithdraw, children }: LinkLineProps) {
  const { post, isBusy, error } = usePost(onWithdraw);
  return (
    <li>
      <div class="share-words">
        {texts.ends} <Time at={expiresAt} />
        {children}
        {error !== undefined && (
          <span class="share-error" role="alert">
            {describeProblem(error)}
          </span>
        )}
      </div>
      <Button look="danger" size="small" icon={Trash2} busy={isBusy} onClick={() => void post()}>
        {texts.withdraw}
      </Button>
    </li>
  );
}
