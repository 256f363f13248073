import type { ProblemView } from '@star-graph/contract/problems';
import type { Form } from './createForm.ts';
import { type FormDraft, readChosen, toRequest } from './formDraft.ts';
import type { FormField } from './formField.ts';

/** What keeps a form from being sent, by field. */
export interface FieldFault {
  field: FormField;
  fault: 'missing' | 'long';
}

/** Faults that need no server. @param without parameters that the caller sets by itself */
export function findFaults(form: Form, draft: FormDraft, without: readonly string[] = []): FieldFault[] {
  const request = toRequest(form, draft);
  return form.fields.flatMap((field): FieldFault[] => {
    if (field.params.some((param) => without.includes(param))) return [];
    const value = request[field.name];
    if (field.isRequired && field.params.includes(field.name) && value === undefined)
      return [{ field, fault: 'missing' }];
    if (
      field.kind === 'text' &&
      field.maxLength !== undefined &&
      [...String(value ?? '')].length > field.maxLength
    )
      return [{ field, fault: 'long' }];
    return [];
  });
}

/** What the server said about the parameters of a form. */
interface ServerFaults {
  /** Sentences by field. */
  byField: ReadonlyMap<string, string>;
  /** About no field of this form. */
  others: readonly string[];
}

/** Puts each sentence of an `invalid-params` beside the field that its pointer names. */
export function placeFaults(form: Form, errors: NonNullable<ProblemView['errors']>): ServerFaults {
  const byField = new Map<string, string>();
  const others: string[] = [];
  for (const { pointer, message } of errors) {
    const param = findParam(pointer);
    const field = form.fields.find(({ params }) => param !== undefined && params.includes(param));
    if (!field) others.push(message);
    else byField.set(field.name, joinSentences(byField.get(field.name), message));
  }
  return { byField, others };
}

/** Requests of a task have their parameters at `/params`, those of a form alone at the root. */
function findParam(pointer: string): string | undefined {
  const [, first, second] = pointer.split('/');
  const param = first === 'params' && second !== undefined ? second : first;
  return param?.replaceAll('~1', '/').replaceAll('~0', '~');
}

const joinSentences = (before: string | undefined, message: string): string =>
  before === undefined ? message : `${before} ${message}`;

/** Whether a field still has the value that the server refused. */
export const isUnchanged = (form: Form, field: FormField, refused: FormDraft, draft: FormDraft): boolean =>
  field.params.every(
    (param) =>
      JSON.stringify(readChosen(form, refused, param)) === JSON.stringify(readChosen(form, draft, param)),
  );
