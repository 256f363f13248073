// The only file that an older Node must be able to read, so that it can say what is missing.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(
    `Star-Graph needs Node 20 or newer; this is Node ${process.versions.node}. Install one from https://nodejs.org and try again.`,
  );
  process.exit(1);
} else if (process.platform === 'win32') {
  console.error('Star-Graph runs on Linux and macOS. On Windows, run it inside WSL.');
  process.exit(1);
} else {
  import('./workspace.mjs').then((workspace) => workspace.runCommand(process.argv.slice(2)));
}
