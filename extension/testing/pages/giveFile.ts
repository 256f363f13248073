/** Gives the page a file as a person does. Runs in the page. */
export function giveFile({ base64, way, name }: { base64: string; way: string; name: string }): void {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: 'image/jpeg' }));
  const event =
    way === 'drop'
      ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
      : new ClipboardEvent('paste', { clipboardData: data, bubbles: true });
  (document.querySelector('.drop') ?? document).dispatchEvent(event);
}
