import ring from '@star-graph/ui/feedback/Ring.css?inline';
import tokens from '@star-graph/ui/tokens.css?inline';

/**
 * Lives in a closed root: nothing of it reaches the page, and `all: initial` keeps the page's inheritance out. Words
 * are drawn from attributes: text would be found and read by the page's `window.find` and selections, in both browsers.
 * Nothing around a button has blur or opacity: the browser may call it out of sight, and then it takes no press.
 */
export const surfaceStyle = `${tokens}
:host { all: initial !important; position: fixed !important; inset: 0 !important; pointer-events: none !important;
  z-index: 2147483647 !important; display: block !important; }
:host::backdrop { display: none !important; }
* { box-sizing: border-box; }
.sg-root { --sheet: light-dark(oklch(1 0 0 / 0.97), oklch(0.16 0.015 280 / 0.94));
  --raised: light-dark(oklch(0.22 0.02 280 / 0.08), oklch(1 0 0 / 0.12));
  --raised-hover: light-dark(oklch(0.22 0.02 280 / 0.14), oklch(1 0 0 / 0.22));
  font: var(--weight-plain) var(--type-label) / 1.4 var(--font); font-variant-numeric: tabular-nums; color: var(--text); }
[data-words]::before { content: attr(data-words); }
.overlay, .bar, .tools, .menu, .corner { position: fixed; }
/* What floats over the page follows its theme; what lies on a picture is glass, dark in both. */
.bar, .menu { pointer-events: auto; background: var(--sheet); border-radius: var(--radius-card);
  box-shadow: var(--shadow-2), inset 0 0 0 1px var(--hover); }
.menu { max-height: calc(100vh - 12px); overflow-y: auto; }
.sg-dark { --sheet: oklch(0.16 0.015 280 / 0.86); --raised: oklch(1 0 0 / 0.12); --raised-hover: oklch(1 0 0 / 0.22);
  color: var(--on-glass); }
.tool { display: grid; place-items: center; width: 32px; height: 32px; padding: 0; }
.tool, .tool:hover { color: inherit; }
.menu { width: 280px; padding: var(--space-1); display: grid; gap: 2px; }
button { font: inherit; color: inherit; background: var(--raised); border: 0; border-radius: var(--radius-control);
  padding: 6px 10px; cursor: pointer; }
button:hover { background: var(--raised-hover); }
.menu button { background: none; }
.tools > .tool:hover, .menu button:hover { background: var(--raised); }
.menu button { text-align: start; padding: var(--space-2) 10px; }
button:focus-visible, input:focus-visible, .bar:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button.corner, button.corner:hover { background: var(--sheet); }
button.corner { pointer-events: auto; width: 32px; height: 32px; padding: 0; border-radius: 50%; display: grid;
  place-items: center; box-shadow: var(--shadow-1); }
button.main, button.main:hover { background: var(--accent); color: var(--on-accent); font-weight: var(--weight-strong); }
button.main:hover { background: var(--accent-hover); }
button[aria-disabled='true'], button[aria-disabled='true']:hover { cursor: default; color: var(--text-faint);
  background: var(--hover); }
`;

/** Of everything on pictures, and of the bar. */
export const overlayStyle = `${surfaceStyle}${ring}
/* The browser counts a shadow as covering: pictures beside the bar would take no press at once. */
.bar { box-shadow: inset 0 0 0 1px var(--line-control); }
.card, .state, .tools, .notice { pointer-events: auto; background: var(--sheet); border-radius: var(--radius-card);
  box-shadow: inset 0 0 0 1px oklch(1 0 0 / 0.1); }
.card { position: absolute; transform: translate(-50%, -50%); display: grid; gap: 6px; justify-items: center;
  padding: var(--space-3) var(--space-4); text-align: center; width: max-content; min-width: 132px; }
.state { position: absolute; display: grid; grid-template-columns: auto auto auto; column-gap: var(--space-2);
  align-items: center; width: max-content; max-width: min(280px, 94vw); padding: 6px 6px 6px 8px; }
.state.ending { direction: rtl; } .state.ending > * { direction: ltr; }
.gauge { display: grid; }
.facts { min-width: 58px; line-height: 1.25; } .facts p { margin: 0; }
.word { font-weight: var(--weight-strong); } .word > * + * { margin-left: 5px; }
.price { font-size: var(--type-small); color: var(--text-quiet); } .star { color: var(--star); }
.urgent { grid-column: 1 / -1; } .urgent p { margin: var(--space-1) 2px 0; font-size: var(--type-small); }
.details { position: absolute; left: 0; bottom: calc(100% + 4px); width: max-content; max-width: 260px;
  padding: var(--space-2) var(--space-3); border-radius: var(--radius-card); background: var(--sheet);
  font-size: var(--type-small); }
.hanging > .details { top: calc(100% + 4px); bottom: auto; } .ending > .details { left: auto; right: 0; }
.state:not(:hover, :has(:focus-visible)) .details { width: 1px; height: 1px; padding: 0; overflow: hidden;
  clip-path: inset(50%); }
/* A ring alone, which a hand or the focus opens; what is folded lies in its middle, where a reader's press opens it. */
.state.small:not(:hover, :has(:focus-visible)) { display: block; padding: 4px; border-radius: var(--radius-full); }
.state.small:not(:hover, :has(:focus-visible)) > :not(.gauge) { position: absolute; inset: 50% auto auto 50%; width: 1px;
  height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }
.frame { position: absolute; inset: 0; overflow: hidden; }
.preview { width: 100%; height: 100%; scale: 1.04; }
.notes { color: var(--warn); font-size: var(--type-small); margin: 0; }
.line { margin: 0; }
.words { max-height: 40vh; overflow-y: auto; text-align: start; white-space: pre-wrap; }
.row { display: flex; gap: 6px; }
.faint { color: var(--text-quiet); font-size: var(--type-small); }
.tools { display: flex; padding: 2px; font-size: var(--type-label); }
.tools > .tool { background: none; }
.tools:not(.near, .open, :hover, :has(:focus-visible)) > .tool:not(.more) { position: absolute; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%); }
.noted::after { content: ''; position: absolute; top: 4px; right: 4px; width: 7px; height: 7px; border-radius: 50%;
  background: var(--accent); }
.tools > .menu { position: absolute; right: 0; width: 230px; background: var(--sheet); }
.tools > .menu { --sheet: oklch(0.18 0.015 280 / 0.97); }
.rising > .menu { bottom: calc(100% + 6px); } .hanging > .menu { top: calc(100% + 6px); }
.starting > .menu { right: auto; left: 0; }
.menu[hidden] { display: none; }
.menu > .notes { padding: var(--space-1) 10px var(--space-2); }
.notice { position: fixed; max-width: 260px; margin: -40px 0 0; padding: var(--space-2) var(--space-3); color: var(--warn);
  font-size: var(--type-small); }
.layer, .before { position: absolute; inset: 0; width: 100%; height: 100%; }
.layer.video { pointer-events: auto; background: #000; object-fit: contain; }
.slider { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize;
  pointer-events: auto; touch-action: none; }
.handle { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: #fff;
  box-shadow: 0 0 6px oklch(0 0 0 / 0.5); }
.grip { position: absolute; top: 50%; left: 50%; translate: -50% -50%; display: grid; place-items: center; width: 40px;
  height: 40px; border: 2px solid #fff; border-radius: 50%; background: oklch(0.16 0.015 280 / 0.72); }
.grip::before, .grip::after { content: ''; grid-area: 1 / 1; width: 7px; height: 7px; border: solid #fff;
  border-width: 0 0 2px 2px; rotate: 45deg; translate: -6px; }
.grip::after { rotate: 225deg; translate: 6px; }
.slider:focus-visible + .handle { outline: 2px solid var(--accent); outline-offset: 2px; }
.badge { position: absolute; top: 8px; padding: 2px 8px; border-radius: var(--radius-full); background: var(--glass);
  color: var(--on-glass); font-size: var(--type-small); }
.badge.left { left: 8px; } .badge.right { right: 8px; }
.bar button { white-space: nowrap; }
.bar { left: 50%; bottom: 18px; transform: translateX(-50%); padding: 10px; padding-left: var(--space-4); display: flex;
  flex-wrap: wrap; gap: var(--space-2); align-items: center; width: max-content; max-width: 94vw; border-radius: var(--radius-sheet); }
.outline { position: fixed; padding: 0; border: 0; border-radius: var(--radius-control); background: none;
  pointer-events: auto; box-shadow: inset 0 0 0 3px var(--accent), inset 0 0 0 5px var(--glass); }
.outline.dim { box-shadow: inset 0 0 0 2px var(--accent), inset 0 0 0 3px var(--glass); }
.outline.out { box-shadow: inset 0 0 0 2px var(--glass); background: oklch(0.16 0.015 280 / 0.55); }
.outline:hover, .outline:focus-visible { background: color-mix(in oklch, var(--accent) 28%, transparent); }
.number { position: absolute; top: 6px; left: 6px; min-width: 22px; padding: 1px 6px; border-radius: var(--radius-full);
  background: var(--accent); color: var(--on-accent); font-size: var(--type-small); font-weight: var(--weight-strong);
  line-height: 20px; }
.out .number { background: var(--surface-2); color: var(--text-quiet); text-decoration: line-through; }
button:disabled { opacity: .55; cursor: default; }
.segments { display: flex; gap: 2px; padding: 2px; border-radius: var(--radius-control); background: var(--raised); }
.segments > button { padding: var(--space-1) 10px; background: none; }
.segments > button[aria-pressed='true'] { background: var(--surface-1); box-shadow: var(--shadow-1); opacity: 1; }
`;
