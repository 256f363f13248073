import { signal } from '@preact/signals';
import { textModelCost } from '../../data/textModel.ts';
import { api } from '../../session/session.ts';
import { hasGuide } from '../../shell/guide.ts';

/** Whether the operator leaves Explore open; not before that is known. */
export const isExploreOpen = signal(false);

/** Without an answer its place stays away until the next visit. */
export const askExplore = (): Promise<void> =>
  api.getStatus().then(
    ({ explore, guide, textModel }) => {
      isExploreOpen.value = explore;
      hasGuide.value = guide !== undefined;
      textModelCost.value = textModel?.cost;
    },
    () => {},
  );
