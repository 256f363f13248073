import { ClientProblem } from '@star-graph/client/clientProblem';
import { language } from '@star-graph/ui/texts/language';
import { describeProblem } from '../../../data/problemText.ts';
import { texts } from './texts.ts';

const fromLink = ['invalid-params', 'unsupported-media'];

/** Why a picture did not come from a link, and what to do. The server's words for it are English. */
export const describeLinkFault = (error: unknown): string =>
  language.value !== 'en' && error instanceof ClientProblem && fromLink.includes(error.code)
    ? texts.linkFailed
    : describeProblem(error);
