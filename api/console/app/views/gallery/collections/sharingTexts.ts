import type { CollectionView } from '@star-graph/contract/assets/collections';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';

export const sharingTexts = defineTexts({
  share: { en: 'Share collection', 'zh-CN': '共享收藏集' },
  shareHelp: {
    en: 'Members see the pictures here, with the names of whoever added them. Collections inside are not shared.',
    'zh-CN': '成员可看到其中的图片及添加者的名字。其中的收藏集不会一并共享。',
  },
  people: { en: 'People', 'zh-CN': '成员' },
  peopleCount: {
    en: (count: number) => (count === 1 ? '1 person' : `${formatNumber(count)} people`),
    'zh-CN': (count: number) => `${formatNumber(count)} 人`,
  },
  groupCount: {
    en: (count: number) => (count === 1 ? '1 group' : `${formatNumber(count)} groups`),
    'zh-CN': (count: number) => `${formatNumber(count)} 个分组`,
  },
  groupsHelp: {
    en: 'Everyone in a group is in this collection for as long as they’re in the group.',
    'zh-CN': '组内所有人在该分组期间均可使用此收藏集。',
  },
  addGroup: { en: 'Add group', 'zh-CN': '添加分组' },
  byGroup: {
    en: 'You’re in this collection through a group.',
    'zh-CN': '您通过分组加入了此收藏集。',
  },
  owner: { en: 'Owner', 'zh-CN': '所有者' },
  roleOf: {
    en: (name: string) => `What ${name} can do`,
    'zh-CN': (name: string) => `“${name}”的权限`,
  },
  removeNamed: {
    en: (name: string) => `Remove ${name} from the collection`,
    'zh-CN': (name: string) => `将“${name}”移出收藏集`,
  },
  showsPrompts: { en: 'Show my prompts', 'zh-CN': '显示我的提示词' },
  showsPromptsHint: {
    en: 'The others here can read the prompts of your pictures.',
    'zh-CN': '此处的其他人可看到您的图片的提示词。',
  },
  invite: { en: 'Invite by link', 'zh-CN': '通过链接邀请' },
  mayDo: { en: 'Members can', 'zh-CN': '成员权限' },
  letsIn: { en: 'Lets in', 'zh-CN': '可加入' },
  personCount: {
    en: (count: number) => (count === 1 ? '1 person' : `${count} people`),
    'zh-CN': (count: number) => `${count} 人`,
  },
  makeLink: { en: 'Create link', 'zh-CN': '生成链接' },
  linkState: {
    en: (role: string, used: number, uses: number) => `${role} · ${used} of ${uses} joined`,
    'zh-CN': (role: string, used: number, uses: number) => `${role} · 已加入 ${used}/${uses}`,
  },
  see: { en: 'View', 'zh-CN': '查看' },
  add: { en: 'Add', 'zh-CN': '添加' },
  edit: { en: 'Edit', 'zh-CN': '编辑' },
  byOwner: {
    en: (name: string) => `By ${name}`,
    'zh-CN': (name: string) => `来自 ${name}`,
  },
  withMe: { en: 'Shared with me', 'zh-CN': '与我共享' },
  leave: { en: 'Leave collection', 'zh-CN': '退出收藏集' },
  leaveTitle: { en: 'Leave this collection?', 'zh-CN': '退出此收藏集？' },
  leaveHelp: {
    en: 'Your pictures leave it with you and stay in your gallery. To come back you need a new link.',
    'zh-CN': '您的图片会随您移出，并仍保留在图库中。若要再次加入，需要新的链接。',
  },
  list: { en: 'Pictures in this collection', 'zh-CN': '此收藏集中的图片' },
  emptySee: { en: 'Nobody has added a picture yet.', 'zh-CN': '还没有人添加图片。' },
  emptyAdd: {
    en: 'Select pictures in your gallery and add them to this collection.',
    'zh-CN': '在图库中选择图片，即可加入此收藏集。',
  },
  added: { en: 'Created', 'zh-CN': '创作时间' },
  inGallery: { en: 'Open in the gallery', 'zh-CN': '在图库中打开' },
  takeOut: { en: 'Remove', 'zh-CN': '移出' },
  takeOutTitle: { en: 'Remove this picture?', 'zh-CN': '移出此图片？' },
  takeOutHelp: {
    en: (name: string) => `It stays in ${name}’s gallery. Only they can add it again.`,
    'zh-CN': (name: string) => `图片仍保留在 ${name} 的图库中，且只有其本人可再次添加。`,
  },
  takeOutManyTitle: {
    en: (count: number) => `Remove ${formatNumber(count)} pictures?`,
    'zh-CN': (count: number) => `移出 ${formatNumber(count)} 张图片？`,
  },
  takeOutManyHelp: {
    en: (count: number) =>
      count === 1
        ? 'One of them is somebody else’s. It stays in their gallery, and only they can add it again.'
        : `${formatNumber(count)} of them are other people’s. They stay in their galleries, and only they can add them again.`,
    'zh-CN': (count: number) =>
      `其中 ${formatNumber(count)} 张属于他人，仍保留在其图库中，且只有其本人可再次添加。`,
  },
  picture: { en: 'Picture', 'zh-CN': '图片' },
  joinTitle: { en: 'Join a collection', 'zh-CN': '加入收藏集' },
  join: { en: 'Join', 'zh-CN': '加入' },
  joinCount: {
    en: (count: number) => (count === 1 ? '1 picture' : `${formatNumber(count)} pictures`),
    'zh-CN': (count: number) => `${formatNumber(count)} 张图片`,
  },
  joinSee: { en: 'You can look at everything in it.', 'zh-CN': '您可查看其中的全部内容。' },
  joinAdd: {
    en: 'You can look at everything and add your own pictures.',
    'zh-CN': '您可查看全部内容，并添加自己的图片。',
  },
  joinEdit: {
    en: 'You can look at everything, add your own pictures, rename the collection and remove pictures.',
    'zh-CN': '您可查看全部内容、添加自己的图片、重命名收藏集，以及移出图片。',
  },
  joinNames: {
    en: 'Its members will see your name.',
    'zh-CN': '成员会看到您的名字。',
  },
  deadTitle: { en: 'This link doesn’t work', 'zh-CN': '此链接无效' },
  dead: {
    en: 'It has expired, was used up or revoked, or isn’t complete. Ask whoever sent it for a new one.',
    'zh-CN': '链接已过期、已用完、已被撤销或不完整。请向发送者索取新链接。',
  },
  toCollections: { en: 'Open collections', 'zh-CN': '打开收藏集' },
});

/** Whether others see what is put into it. */
export const isShared = ({ members, groups }: CollectionView): boolean => members > 0 || groups > 0;

/** With whom it is shared: with its owner so many people, and so many groups. */
export const nameSharers = ({ members, groups }: CollectionView): string =>
  [
    (members > 0 || groups === 0) && sharingTexts.peopleCount(members + 1),
    groups > 0 && sharingTexts.groupCount(groups),
  ]
    .filter(Boolean)
    .join(' · ');

export const nameRole = (role: CollectionView['role']): string => sharingTexts[role];
