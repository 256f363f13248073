import type { IconNode } from 'lucide';
import type { ComponentChildren, JSX } from 'preact';
import { Icon } from '../Icon.tsx';
import './Button.css';

type ButtonAttributes = Omit<JSX.IntrinsicElements['button'], 'size' | 'icon' | 'class' | 'className'>;

export interface ButtonProps extends ButtonAttributes {
  /** One primary action a view. */
  look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'small' | 'medium' | 'large';
  icon?: IconNode;
  /** At work: it turns and takes no further press, and keeps its focus. */
  busy?: boolean;
  /** The button is as wide as its place. */
  wide?: boolean;
  class?: string | undefined;
  children: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const {
    look = 'secondary',
    size = 'medium',
    icon,
    busy = false,
    wide = false,
    class: className,
    children,
    onClick,
    ...rest
  } = props;
  const classes = [
    'sg-button',
    `sg-button-${look}`,
    `sg-button-${size}`,
    wide && 'sg-button-wide',
    className,
  ];
  return (
    <button
      type="button"
      {...rest}
      class={classes.filter(Boolean).join(' ')}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <span class="sg-button-spinner" /> : icon && <Icon icon={icon} />}
      {children}
    </button>
  );
}

interface LinkButtonProps
  extends Pick<ButtonProps, 'look' | 'size' | 'icon' | 'wide' | 'class' | 'children'> {
  href: string;
  target?: '_blank';
  /** The name under which it is saved. */
  download?: string;
  onClick?: (event: MouseEvent) => void;
}

/** What leads to another place is a link, whatever it looks like. */
export function LinkButton(props: LinkButtonProps) {
  const { look = 'secondary', size = 'medium', icon, wide, class: className, children, ...rest } = props;
  const classes = [
    'sg-button',
    `sg-button-${look}`,
    `sg-button-${size}`,
    wide && 'sg-button-wide',
    className,
  ];
  return (
    <a
      {...rest}
      class={classes.filter(Boolean).join(' ')}
      rel={rest.target === '_blank' ? 'noopener noreferrer' : undefined}
    >
      {icon && <Icon icon={icon} />}
      {children}
    </a>
  );
}
