import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Form } from './createForm.ts';
import type { AssetValue } from './fitValue.ts';
import type { FormDraft } from './formDraft.ts';
import type { PictureSource, Uploads } from './useUploads.ts';

export interface FormContextValue {
  form: Form;
  draft: FormDraft;
  pictures: PictureSource;
  uploads: Uploads;
  /** Pictures that the caller has set and a person cannot change. */
  fixed: Readonly<Record<string, AssetValue>>;
  /** The seed of the last result, which a lock can keep. */
  lastSeed: number | undefined;
  /** Begins to paint where the view has a place for it; else a window opens. */
  onPaint?: (() => void) | undefined;
  write(param: string, value: unknown): void;
  /** What is wrong with a field. */
  findFault(name: string): string | undefined;
}

export const FormContext = createContext<FormContextValue | undefined>(undefined);

export function useForm(): FormContextValue {
  const context = useContext(FormContext);
  if (!context) throw new Error('a field of a form stands outside of it');
  return context;
}
