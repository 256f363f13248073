import { randomUUID } from 'node:crypto';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Cluster } from '../cluster/cluster.ts';
import type { PlannedTask } from '../trial/plan.ts';
import { countAnswer, type TrialHistory } from './history.ts';

/** The account of one trial. */
export interface Person {
  userId: string;
  accessToken: string;
  /** A picture that tasks start from. */
  imageId: string;
}

interface Deps {
  clock: Clock;
  cluster: Cluster;
  history: TrialHistory;
  signal: AbortSignal;
}

interface Answer {
  status: number;
  body: unknown;
}

const answerMs = 15_000;
const againAfterMs = 250;

/** One request; undefined when no answer came. */
async function ask(
  { signal, history }: Pick<Deps, 'signal' | 'history'>,
  url: string,
  init: RequestInit,
): Promise<Answer | undefined> {
  try {
    const limits = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
    const response = await fetch(url, { ...init, signal: limits });
    const text = await response.text();
    countAnswer(history, response.status);
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    signal.throwIfAborted();
    countAnswer(history, 'lost');
    return undefined;
  }
}

/** Asks one API after the other until the answer is not a temporary fault; rejects when the trial ends first. */
async function askUntilAnswered(
  deps: Deps,
  first: 0 | 1,
  path: string,
  createInit: () => RequestInit,
): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const api = deps.cluster.apis[(first + tries) % 2 === 0 ? 0 : 1];
    const answer = await ask(deps, `${api.url}/api/v1${path}`, createInit());
    // 408: a paused process never read the request.
    if (answer && answer.status < 500 && ![408, 429].includes(answer.status)) return answer;
    await deps.clock.sleep(againAfterMs, deps.signal);
  }
}

const asJson = (body: object, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
});

const bearer = ({ accessToken }: Pick<Person, 'accessToken'>) => ({ Authorization: `Bearer ${accessToken}` });

/** Registers an account of its own for the trial and uploads the picture that tasks start from. */
export async function createPerson(deps: Deps, picture: Blob): Promise<Person> {
  const username = `chaos-${randomUUID().slice(0, 18)}`;
  const password = randomUUID();
  const signIn = await askUntilAnswered(deps, 0, '/auth/register', () => asJson({ username, password }));
  if (signIn.status !== 201)
    throw new Error(`registering: HTTP ${signIn.status} ${JSON.stringify(signIn.body)}`);
  const { accessToken, user } = signIn.body as { accessToken: string; user: { id: string } };
  const upload = await askUntilAnswered(deps, 1, '/assets', () => {
    const body = new FormData();
    body.set('file', picture, 'start.png');
    return { method: 'POST', body, headers: bearer({ accessToken }) };
  });
  if (upload.status !== 201)
    throw new Error(`uploading: HTTP ${upload.status} ${JSON.stringify(upload.body)}`);
  return { userId: user.id, accessToken, imageId: (upload.body as { id: string }).id };
}

export const paramsOf = ({ params, needsImage }: PlannedTask, { imageId }: Person) => ({
  ...params,
  ...(needsImage ? { image: imageId } : {}),
});

/** Requests a planned task under one Idempotency-Key until it is accepted. @returns its id. */
export async function requestTask(
  deps: Deps,
  person: Person,
  task: PlannedTask,
  request: { key: string; api: 0 | 1 },
): Promise<string | undefined> {
  const init = () => asJson(paramsOf(task, person), { ...bearer(person), 'Idempotency-Key': request.key });
  const answer = await askUntilAnswered(deps, request.api, `/generate/${task.workflow}`, init);
  if (answer.status === 202) return (answer.body as { id: string }).id;
  deps.history.violations.push(
    `a request for ${task.workflow} was answered ${answer.status} ${JSON.stringify(answer.body)}`,
  );
  return undefined;
}

/** DELETEs a task until that is answered. */
export async function cancelTask(deps: Deps, person: Person, taskId: string, api: 0 | 1): Promise<void> {
  const init = () => ({ method: 'DELETE', headers: bearer(person) });
  const { status, body } = await askUntilAnswered(deps, api, `/tasks/${taskId}`, init);
  if (status === 200 || status === 409) deps.history.cancellations.push({ taskId, status });
  else deps.history.violations.push(`DELETE ${taskId} was answered ${status} ${JSON.stringify(body)}`);
}

/** A task as the API shows it in the end. */
export async function readTask(deps: Deps, person: Person, taskId: string): Promise<Answer> {
  return askUntilAnswered(deps, 0, `/tasks/${taskId}`, () => ({ headers: bearer(person) }));
}
