import type { ApiContext } from '../../apiContext.ts';

/** What was signed: the parsed body may be written differently. */
export const rawBodyOf = ({ request }: ApiContext): string => request.rawBody ?? '';
