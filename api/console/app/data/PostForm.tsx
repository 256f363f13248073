import { Button, type ButtonProps } from '@star-graph/ui/controls/Button.tsx';
import type { ComponentChildren } from 'preact';
import { PostFailure } from './PostFailure.tsx';
import './post.css';
import type { usePost } from './usePost.ts';

interface Props {
  posting: Pick<ReturnType<typeof usePost>, 'isBusy' | 'error'>;
  onSubmit(): void;
  /** The verb on the button. */
  submit: string;
  /** Names of the fields that show their own problem. */
  fields?: readonly string[];
  /** Other than primary where it is not the chief thing to do in its view. */
  look?: ButtonProps['look'];
  /** As wide as the form, which suits a dialog and a drawer. */
  wide?: boolean;
  disabled?: boolean;
  children: ComponentChildren;
}

/** Fields, what was refused, and the button. The server judges what was typed, so the browser does not. */
export const PostForm = (props: Props) => {
  const { posting, onSubmit, submit, fields, look = 'primary', wide = false, disabled, children } = props;
  const button = (
    <Button type="submit" look={look} wide={wide} busy={posting.isBusy} disabled={disabled ?? false}>
      {submit}
    </Button>
  );
  return (
    <form
      class="post-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <PostFailure error={posting.error} {...(fields && { fields })} />
      {wide ? button : <div class="post-row">{button}</div>}
    </form>
  );
};
