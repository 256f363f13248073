import { useSignal } from '@preact/signals';
import { Copy, Download, Ellipsis, Heart, Trash2 } from 'lucide';
import { Button } from '../controls/Button.tsx';
import { IconButton } from '../controls/IconButton.tsx';
import { Field } from '../fields/Field.tsx';
import { Select } from '../fields/Select.tsx';
import { TextField } from '../fields/TextField.tsx';
import { Card, Facts } from '../layout/Card.tsx';
import { ConfirmDialog, Dialog } from '../overlays/Dialog.tsx';
import { Drawer } from '../overlays/Drawer.tsx';
import { Menu } from '../overlays/Menu.tsx';
import { Popover } from '../overlays/Popover.tsx';
import { showToast } from '../overlays/toasts.tsx';

export function Overlays() {
  const chosen = useSignal('');
  const undo = { label: 'Undo', onAction: () => (chosen.value = 'undone') };
  return (
    <Card title="Overlays">
      <div class="showcase-row">
        <Modals />
        <Menu
          label="Picture"
          trigger={(attributes) => <IconButton {...attributes} icon={Ellipsis} label="More" />}
          items={[
            {
              id: 'save',
              label: 'Save',
              icon: Download,
              hint: 'S',
              onSelect: () => (chosen.value = 'saved'),
            },
            { id: 'copy', label: 'Copy', icon: Copy, onSelect: () => (chosen.value = 'copied') },
            { id: 'keep', label: 'Favourite', icon: Heart, checked: true, onSelect: () => undefined },
            'line',
            { id: 'delete', label: 'Delete', icon: Trash2, danger: true, onSelect: () => undefined },
          ]}
        />
        <Popover title="Facts" trigger={(attributes) => <Button {...attributes}>Popover</Button>}>
          {(close) => (
            <>
              <Facts facts={[['Size', '1024 × 1024']]} />
              <Button size="small" onClick={close}>
                Close
              </Button>
            </>
          )}
        </Popover>
        <Button onClick={() => showToast({ text: 'Picture deleted', action: undo })}>Toast</Button>
        <Button
          onClick={() => showToast({ text: 'It was not saved', detail: 'The disk is full.', tone: 'bad' })}
        >
          Failure
        </Button>
        <output>{chosen.value}</output>
      </div>
    </Card>
  );
}

function Modals() {
  const open = useSignal<'dialog' | 'drawer' | 'confirm' | undefined>(undefined);
  const name = useSignal('Night sky');
  const door = useSignal('web');
  const close = () => {
    open.value = undefined;
  };
  return (
    <>
      <Button onClick={() => (open.value = 'dialog')}>Dialog</Button>
      <Button onClick={() => (open.value = 'drawer')}>Drawer</Button>
      <Button onClick={() => (open.value = 'confirm')}>Confirm</Button>
      <Dialog
        open={open.value === 'dialog'}
        onClose={close}
        title="Share this picture"
        description="Anyone with the link sees it until it expires."
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button look="primary" onClick={close}>
              Make a link
            </Button>
          </>
        }
      >
        <div class="showcase-stack">
          <Field label="Name">
            <TextField value={name.value} onChange={(value) => (name.value = value)} />
          </Field>
          <Field label="Door">
            <Select
              value={door.value}
              onChange={(value) => (door.value = value)}
              options={[
                { value: 'web', label: 'Web' },
                { value: 'discord', label: 'Discord' },
                { value: 'extension', label: 'Extension' },
              ]}
            />
          </Field>
        </div>
      </Dialog>
      <Drawer open={open.value === 'drawer'} onClose={close} title="Details">
        <Facts
          facts={[
            ['Model', 'Stable Diffusion XL'],
            ['Size', '1024 × 1024'],
            ['Steps', '28'],
          ]}
        />
      </Drawer>
      <ConfirmDialog
        open={open.value === 'confirm'}
        onClose={close}
        onConfirm={close}
        title="Block ada?"
        confirmLabel="Block"
        danger
      >
        She is signed out everywhere and cannot come back until you let her.
      </ConfirmDialog>
    </>
  );
}
