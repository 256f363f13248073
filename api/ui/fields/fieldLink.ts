import { createContext } from 'preact';
import { useContext, useId } from 'preact/hooks';

/** What ties a control to the label, hint and error that stand around it. */
interface FieldLink {
  id: string;
  labelId: string;
  describedBy: string | undefined;
  isInvalid: boolean;
  isRequired: boolean;
}

export const FieldContext = createContext<FieldLink | undefined>(undefined);

/** The attributes of the one control in a field; outside of a field, an id of its own. */
export function useFieldLink(label?: string) {
  const own = useId();
  const link = useContext(FieldContext);
  return {
    id: link?.id ?? own,
    'aria-label': label,
    'aria-describedby': link?.describedBy,
    'aria-invalid': link?.isInvalid || undefined,
    'aria-required': link?.isRequired || undefined,
  };
}

/** The same for a control of several parts, which no `for` can name. */
export function useGroupLink(label?: string) {
  const link = useContext(FieldContext);
  return {
    'aria-label': label,
    'aria-labelledby': label === undefined ? link?.labelId : undefined,
    'aria-describedby': link?.describedBy,
  };
}
