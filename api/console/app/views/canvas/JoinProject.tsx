import { Button } from '@star-graph/ui/controls/Button.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Users } from 'lucide';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import './panels/panels.css';

const texts = defineTexts({
  title: { en: 'Join a project on the canvas', 'zh-CN': '加入画布项目' },
  help: {
    en: 'Someone shared a project with you. Its members will see your name, and when you have it open.',
    'zh-CN': '有人与您共享了一个项目。项目中的人会看到您的名字，以及您何时打开了它。',
  },
  join: { en: 'Join', 'zh-CN': '加入' },
  notNow: { en: 'Not now', 'zh-CN': '暂不' },
});

const name = 'join';

/** Behind the `#`, which no server and no log sees. */
export const joinHash = (token: string): string => `#${name}=${encodeURIComponent(token)}`;
export const findJoinToken = (): string | undefined =>
  new URLSearchParams(location.hash.slice(1)).get(name) ?? undefined;

/** Whoever has opened a project's link says whether they join. */
export function JoinProject({ token, onDone }: { token: string; onDone(): void }) {
  const { route } = useLocation();
  const leave = (to: string) => {
    route(to, true);
    onDone();
  };
  const joining = usePost(async () => {
    const { id } = await api.joinProject({ body: { token } });
    leave(`/canvas/${id}`);
  });
  return (
    <section class="canvas-join">
      <h1>{texts.title}</h1>
      <p>{texts.help}</p>
      {joining.error !== undefined && <p role="alert">{describeProblem(joining.error)}</p>}
      <div class="canvas-join-ends">
        <Button look="primary" icon={Users} busy={joining.isBusy} onClick={() => void joining.post()}>
          {texts.join}
        </Button>
        <Button look="quiet" onClick={() => leave('/canvas')}>
          {texts.notNow}
        </Button>
      </div>
    </section>
  );
}
