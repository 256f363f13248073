// The only file that an older Node must be able to read, so that it can say what is missing.
const major = Number(process.versions.node.split('.')[0]);
// Debian 13 and Ubuntu 24.04 have 20 or less: with 20 the packages can be brought in, and a newer Node is among them.
if (major < 20) {
  console.error(
    `Star-Graph needs Node 22 or newer; this is Node ${process.versions.node}. Install one from https://nodejs.org and try again.`,
  );
  process.exit(1);
} else if (process.platform === 'win32') {
  console.error('Star-Graph runs on Linux and macOS. On Windows, run it inside WSL.');
  process.exit(1);
} else {
  import('./workspace.mjs').then((workspace) => workspace.runCommand(process.argv.slice(2)));
}
