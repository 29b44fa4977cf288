/** Clients that find a layer by its digest alone, as people know them. */
export const BY_DIGEST = 'containerd, podman, docker 29 or newer';
/** Those that find it only by its chain, where all layers before it are the same as well. */
export const BY_CHAIN = "docker's overlay2 store";
