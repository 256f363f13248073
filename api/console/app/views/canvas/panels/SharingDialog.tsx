import type { SharingView } from '@star-graph/contract/assets/projects';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Link2, UserMinus } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { copyLink, type Life, LifeField, LinkField, LinkLine, LinkList } from '../../gallery/LinkParts.tsx';
import { joinHash } from '../JoinProject.tsx';
import { texts as canvasTexts } from '../texts.ts';
import type { Workshop } from '../workshop.ts';
import { namePerson } from './TurnBar.tsx';

const texts = defineTexts({
  help: {
    en: 'Anyone who opens the link and signs in can join. One person draws at a time. What’s drawn uses your storage, and whoever presses Create pays for it.',
    'zh-CN':
      '打开链接并登录的人可以加入此项目。同一时间只有一人绘制。绘制的内容占用您的空间，点击“生成”的人自行付费。',
  },
  role: { en: 'Permission', 'zh-CN': '权限' },
  see: { en: 'View', 'zh-CN': '查看' },
  edit: { en: 'View and draw', 'zh-CN': '查看并绘制' },
  make: { en: 'Create link', 'zh-CN': '生成链接' },
  remake: { en: 'Create another link', 'zh-CN': '重新生成链接' },
  members: { en: 'Members', 'zh-CN': '成员' },
  nobody: { en: 'No one has joined yet.', 'zh-CN': '尚无人加入。' },
  takeOut: { en: (name: string) => `Remove ${name}`, 'zh-CN': (name: string) => `移出 ${name}` },
  roleOf: { en: (name: string) => `Permission of ${name}`, 'zh-CN': (name: string) => `${name} 的权限` },
});

type Role = 'see' | 'edit';
const roles = () => [
  { value: 'see' as const, label: texts.see },
  { value: 'edit' as const, label: texts.edit },
];

/** Its owner makes a link to join, and decides what those may do who have joined. */
export function SharingDialog({ workshop, onClose }: { workshop: Workshop; onClose(): void }) {
  const { store, turns } = workshop;
  const { id } = store;
  const [role, setRole] = useState<Role>('edit');
  const [life, setLife] = useState<Life>('24');
  const [url, setUrl] = useState<string>();
  const sharing = useResource(async () => {
    await store.make();
    return api.getProjectSharing({ params: { id } });
  }, [id]);
  const making = usePost(async () => {
    // A save that is under way is of nobody's turn: one that came after the link would be refused.
    await store.make();
    const link = await api.makeProjectLink({ params: { id }, body: { role, hours: Number(life) } });
    const made = `${location.origin}/canvas${joinHash(link.token)}`;
    setUrl(made);
    copyLink(made);
    turns.begin();
    sharing.reload();
  });
  const changing = usePost(async (act: () => Promise<unknown>) => {
    await act();
    sharing.reload();
  });
  const end = async () => {
    await api.endProjectLink({ params: { id } });
    setUrl(undefined);
    sharing.reload();
  };
  const error = making.error ?? changing.error;
  const { link, members } = sharing.value ?? {};
  return (
    <Dialog open onClose={onClose} title={canvasTexts.share} description={texts.help}>
      <div class="canvas-sharing">
        <Field label={texts.role}>
          <Segmented wide value={role} onChange={setRole} options={roles()} />
        </Field>
        <LifeField value={life} most="168" onChange={setLife} />
        <LinkField url={url} />
        <Button look="primary" wide icon={Link2} busy={making.isBusy} onClick={() => void making.post()}>
          {link ? texts.remake : texts.make}
        </Button>
        {link && (
          <LinkList>
            <LinkLine expiresAt={link.expiresAt} onWithdraw={end} />
          </LinkList>
        )}
        {error !== undefined && <p role="alert">{describeProblem(error)}</p>}
        <h3>{texts.members}</h3>
        {sharing.state === 'loading' && !members && <SkeletonText lines={2} />}
        {sharing.state === 'failed' && (
          <ErrorState
            title={canvasTexts.loadFailed}
            action={{ label: canvasTexts.again, onAction: sharing.reload }}
          >
            {describeProblem(sharing.error)}
          </ErrorState>
        )}
        {members?.length === 0 && <p class="sg-quiet">{texts.nobody}</p>}
        {members?.map((member) => (
          <MemberLine
            key={member.id}
            member={member}
            onChange={(next) =>
              void changing.post(() =>
                api.changeProjectMember({ params: { id, member: member.id }, body: { role: next } }),
              )
            }
            onRemove={() =>
              void changing.post(() => api.removeProjectMember({ params: { id, member: member.id } }))
            }
          />
        ))}
      </div>
    </Dialog>
  );
}

interface MemberLineProps {
  member: SharingView['members'][number];
  onChange(role: Role): void;
  onRemove(): void;
}

function MemberLine({ member, onChange, onRemove }: MemberLineProps) {
  const name = namePerson(member);
  return (
    <div class="canvas-sharing-line">
      <bdi>{name}</bdi>
      <Segmented label={texts.roleOf(name)} value={member.role} onChange={onChange} options={roles()} />
      <IconButton icon={UserMinus} label={texts.takeOut(name)} onClick={onRemove} />
    </div>
  );
}
