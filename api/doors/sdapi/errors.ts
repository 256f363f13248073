import type { Problem } from '@star-graph/core/ground/errors';
import { problems } from '@star-graph/workflows/shared/problems';
import type { ApiMiddleware } from '../../apiContext.ts';
import { answerRefusal } from '../../middleware/answerProblems.ts';
import { HttpProblem } from '../../transport/httpProblem.ts';
import { toProblem } from '../../transport/toProblem.ts';
import { ClientGone } from '../waitingClients.ts';

/** One fault of a body, as FastAPI tells it. */
interface BodyFault {
  type: 'value_error';
  loc: string[];
  msg: string;
}

/** An error as these programs read it: the sentence in `detail`, where FastAPI has it, and in `errors`, where A1111 has it. */
interface SdapiError {
  error: string;
  detail: string | BodyFault[];
  body: '';
  errors: string;
}

/** Our parameters, as these programs call them. */
const theirNames: Readonly<Record<string, string>> = {
  negativePrompt: 'negative_prompt',
  cfg: 'cfg_scale',
  denoise: 'denoising_strength',
  sampler: 'sampler_name',
  count: 'batch_size',
  loras: 'prompt',
  model: 'sd_model_checkpoint',
};

function placeOf(pointer: string): string[] {
  const [, name = '', ...inside] = pointer.split('/');
  if (/^image\d*$/.test(name)) return ['init_images'];
  return Object.hasOwn(theirNames, name) ? [theirNames[name] ?? name] : [name, ...inside];
}

function presentError(problem: Problem): { status: number; body: SdapiError } {
  const status = problem instanceof HttpProblem ? problem.status : problems[problem.code].status;
  const faults = problem.errors.map(({ pointer, message }): BodyFault => {
    return { type: 'value_error', loc: ['body', ...placeOf(pointer)], msg: message };
  });
  const listed = faults.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`);
  const errors = [problem.detail, ...listed].join(' ');
  // FastAPI has a list for what it found in a body, and words for everything else.
  const detail = problem.code === 'invalid-params' && faults.length > 0 ? faults : errors;
  return { status, body: { error: problem.code, detail, body: '', errors } };
}

/** For the log: nobody reads it. */
const clientClosedRequest = 499;

export const answerErrors: ApiMiddleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    if (error instanceof ClientGone) {
      ctx.status = clientClosedRequest;
      ctx.respond = false;
      return;
    }
    const problem = toProblem(ctx.state.log, error);
    const { status, body } = presentError(problem);
    answerRefusal(ctx, problem, {
      status,
      type: 'application/json',
      body: JSON.stringify(body),
      challenge: 'Basic realm="star-graph"',
    });
  }
};
