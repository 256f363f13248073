import { Problem } from '@star-graph/core/ground/errors';
import { type ReceivedFile, receiveUpload } from '@star-graph/core/media/receiveUpload';
import { uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import type { ApiContext } from '../apiContext.ts';
import { createFormParser, cutOff, overheadBytes, watchSender } from '../middleware/formParser.ts';

interface FormLimits {
  /** Of each file. */
  fileBytes: number;
  /** Of the whole form. */
  formBytes: number;
  files: number;
  tempDirectory: string;
}

/** A form of fields and files. The files are on disk until the scope ends. */
export interface ReceivedForm extends AsyncDisposable {
  fields: readonly { name: string; value: string }[];
  files: readonly { name: string; file: ReceivedFile }[];
}

/** As many as all parameters of all workflows together. */
const mostFields = 60;
/** The longest prompt of other programs, four bytes a character. */
const fieldBytes = 128_000;

const notAForm = (cause?: unknown) =>
  new Problem('invalid-params', 'This is not a form that can be read. Send it as multipart/form-data.', {
    cause,
  });

const tooLarge = (bytes: number) => new Problem('too-large', uploadRefusals.bytesInAll('form is', bytes));

/** Reads a whole form; a file is written to disk as it comes. @throws Problem `too-large`, `invalid-params`. */
export async function receiveForm(ctx: ApiContext, limits: FormLimits): Promise<ReceivedForm> {
  if (Number(ctx.get('content-length') || 0) > limits.formBytes) throw tooLarge(limits.formBytes);
  const bounds = { files: limits.files, fields: mostFields, fieldSize: fieldBytes };
  const form = createFormParser(ctx, bounds, notAForm);
  const aborting = new AbortController();
  const fail = (problem: unknown) => {
    aborting.abort(problem);
    form.destroy();
  };
  const fields: { name: string; value: string }[] = [];
  const files: Promise<{ name: string; file: ReceivedFile }>[] = [];
  const ended = new Promise<void>((resolve) => form.once('close', resolve));
  form.on('error', (error) => fail(toFormProblem(error)));
  form.on('field', (name, value, { valueTruncated, nameTruncated }) => {
    if (valueTruncated || nameTruncated) fail(tooMuch('A field of the form is too long.'));
    fields.push({ name, value });
  });
  form.on('file', (name, stream) => {
    stream.on('error', (error) => fail(toFormProblem(error)));
    const { fileBytes: limitBytes, tempDirectory } = limits;
    const received = receiveUpload(stream, { limitBytes, tempDirectory, signal: aborting.signal });
    received.catch(fail);
    files.push(received.then((file) => ({ name, file })));
  });
  form.on('filesLimit', () => fail(tooMuch(`Send at most ${limits.files} files.`)));
  form.on('fieldsLimit', () => fail(tooMuch('The form has too many fields.')));
  const most = limits.formBytes + overheadBytes;
  const stopWatching = watchSender(ctx, most, fail, () => tooLarge(limits.formBytes));
  ctx.req.pipe(form);
  try {
    await ended;
    const received = await Promise.all(files);
    aborting.signal.throwIfAborted();
    return { fields, files: received, [Symbol.asyncDispose]: () => removeAll(files) };
  } catch (error) {
    await removeAll(files);
    throw aborting.signal.aborted ? aborting.signal.reason : error;
  } finally {
    stopWatching();
    ctx.req.unpipe(form);
    form.destroy();
  }
}

const tooMuch = (detail: string) => new Problem('invalid-params', detail);

async function removeAll(files: readonly Promise<{ file: ReceivedFile }>[]): Promise<void> {
  for (const settled of await Promise.allSettled(files))
    if (settled.status === 'fulfilled') await settled.value.file[Symbol.asyncDispose]();
}

/** The parser has no codes, only words. */
function toFormProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const told = error instanceof Error ? error.message : '';
  return told.startsWith('Unexpected end') ? cutOff(error) : notAForm(error);
}
