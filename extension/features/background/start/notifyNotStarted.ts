import { browser } from 'wxt/browser';
import { translate } from '../../../i18n/translate.ts';
import { presentProblem } from '../../runs/problem.ts';
import { translateProblem } from '../../runs/translateProblem.ts';

/** One at a time: a page that keeps sending invalid requests cannot fill the screen. */
const notStartedId = 'star-graph-not-started';

export async function notifyNotStarted(error: unknown): Promise<void> {
  await browser.notifications.create(notStartedId, {
    type: 'basic',
    iconUrl: browser.runtime.getURL('/icon/128.png'),
    title: translate('notifyNotStartedTitle'),
    message: translateProblem(presentProblem(error)),
  });
}
