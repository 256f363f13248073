import { type DialogProps, Modal } from './Dialog.tsx';

/** The details of a row or picture, at the end of the page; a sheet from below on a phone. */
export const Drawer = (props: DialogProps) => <Modal {...props} look="drawer" />;
