import type { ApiClient } from '@star-graph/client/client';
import { outcomeOf } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { RawFile } from 'discord.js';
import { findCreditsLeft } from '../api/creditsLeft.ts';
import { findModelTitles, opensInDiscord, runsNow, type TitleDeps } from '../api/modelTitles.ts';
import { fetchThumbnails } from '../api/thumbnails.ts';
import { createResultRows } from '../components/buttons/buttons.ts';
import { cutsOut } from '../generate/generationRequest.ts';
import { presentResult } from '../replies/resultEmbed.ts';
import { presentEnd, presentText } from '../replies/taskEmbed.ts';
import { messagesOf } from '../replies/texts/locale.ts';
import type { MessageRef } from './messageRef.ts';
import type { MessageContent } from './messageRoutes.ts';
import { filesAtMost, prepareOutputs } from './resultFiles.ts';

export interface ResultDeps extends TitleDeps {
  clientFor(person: string, place?: string): ApiClient;
  fetch: typeof fetch;
}

/** Everything the message of an ended task shows. */
export async function createEndMessage(
  deps: ResultDeps,
  task: TaskView,
  ref: Pick<MessageRef, 'u' | 'l' | 'e' | 's' | 'p' | 'd'>,
): Promise<MessageContent> {
  const say = messagesOf(ref.l);
  const client = deps.clientFor(ref.u);
  // A person's credits are private.
  const left = ref.e ? await findCreditsLeft(deps, ref.u, task) : undefined;
  const outcome = outcomeOf(task);
  if (outcome.kind !== 'result') return presentEnd(say, task, left);
  const outputs = await prepareOutputs({ ...deps, client }, outcome.outputs, {
    fileBytes: ref.s,
    isSpoiler: ref.p,
  });
  const [titles, cutOut, open] = await Promise.all([
    findModelTitles(deps, client, ref.l),
    runsNow(deps, client, cutsOut),
    opensInDiscord(deps, client),
  ]);
  const embed = presentResult(say, task, { owner: ref.u, left, titles, isVeiled: ref.p });
  const files = outputs.flatMap(({ file }) => (file ? [file] : []));
  const [first] = files;
  // An embed shows its picture without the spoiler's veil, and no film at all.
  if (files.length === 1 && first?.contentType?.startsWith('image/') && !ref.p)
    embed.setImage(`attachment://${first.name}`);
  const [poster] = ref.p ? [] : await fetchPosters(deps, task);
  if (poster) embed.setImage(`attachment://${poster.name}`);
  const notes = [
    ...(outputs.some(({ isSmaller }) => isSmaller) ? [say.smallerCopy] : []),
    ...(outputs.some(({ file }) => !file) ? [say.tooLargeForDiscord] : []),
    ...(outcome.withheld > 0 ? [say.outcome.moreWithheld(outcome.withheld)] : []),
    ...(ref.d === undefined ? [] : [say.defaultModelMissing(presentText(ref.d))]),
  ];
  if (notes.length > 0) embed.addFields({ name: '🔗', value: notes.join('\n') });
  const links = outputs.flatMap(({ link }) => (link === undefined ? [] : [link]));
  return {
    embeds: [embed.toJSON()],
    components: createResultRows(say, task, ref.e, links, { cutOut: cutOut === true, open }),
    files: poster ? [...files, poster] : files,
  };
}

/** Discord shows no body: of the first one that has a picture, what it looks like. */
async function fetchPosters(deps: ResultDeps, { outputs }: TaskView): Promise<readonly RawFile[]> {
  const body = outputs.find(({ mime, thumbnailUrl }) => mediaKindOf(mime) === 'model3d' && thumbnailUrl);
  return body && outputs.length < filesAtMost ? [...(await fetchThumbnails(deps, [body])).values()] : [];
}
