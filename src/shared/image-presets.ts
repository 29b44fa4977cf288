/** Images of the kinds that people ship, to begin with: each is a document in examples/ELEMENT.strata.json. */
export const IMAGE_PRESETS = [
  {
    id: 'web-service',
    title: 'Web service',
    text: 'nginx serves a directory on port 8080, as a user of its own',
  },
  {
    id: 'cli-tool',
    title: 'Command-line tool',
    text: 'One program, which gets the arguments of the container; jq to begin with',
  },
  {
    id: 'python-app',
    title: 'Python app',
    text: 'Flask and a file of your own on port 8000, with a directory to keep data in',
  },
  {
    id: 'node-app',
    title: 'Node app',
    text: 'Node and a server of your own on port 3000, as a user of its own',
  },
  {
    id: 'ci-nix',
    title: 'CI with Nix',
    text: 'Nix that knows the store of the image, with git and a shell: builds within the container',
  },
  {
    id: 'distroless',
    title: 'Distroless',
    text: 'Certificates and accounts, no shell on its path: for a static program of your own',
  },
] as const;

export const PRESET_IDS = IMAGE_PRESETS.map(({ id }) => id);
