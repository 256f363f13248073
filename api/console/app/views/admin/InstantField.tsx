import { useId } from 'preact/hooks';

interface Props {
  label: string;
  hint?: string;
  /** ISO 8601. */
  value: string | undefined;
  onChange(value: string | undefined): void;
}

/** A day and an hour by the browser's own picker, in the time zone of whoever chooses. */
export function InstantField({ label, hint, value, onChange }: Props) {
  const id = useId();
  return (
    <div class="sg-field">
      <div class="sg-field-head">
        <label for={id} class="sg-field-label">
          {label}
        </label>
      </div>
      <div class="sg-input">
        <input
          id={id}
          type="datetime-local"
          {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })}
          value={value === undefined ? '' : toLocal(value)}
          onChange={({ currentTarget: { value: typed } }) =>
            onChange(typed === '' ? undefined : new Date(typed).toISOString())
          }
        />
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} class="sg-field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** As the picker wants it: without zone and seconds. */
function toLocal(value: string): string {
  const time = new Date(value);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
